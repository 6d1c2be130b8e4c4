package io.tunemesh.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.schema.Schemas;
import io.tunemesh.contract.upload.UploadRequested;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlansTest {

  private static final String RECIPES =
      "auto, exam, paper_classification, role_dialogue, alpaca, sharegpt, messages,"
          + " context_response, text_classification, sentence_pair, regression, plain_text,"
          + " tagging, translation, knowledge";

  @Test
  void readsAWholePlan() throws InvalidPlan {
    Plan plan =
        Plans.plan(
            """
            {"dataset": {"name": "exam",
                         "sources": [{"file": "a.xlsx", "recipe": "exam", "repeat": 2},
                                     {"file": "b.xlsx", "columns": {"text": "Passage"}, "weight": 0.5}],
                         "split": {"validation": 0.1, "test": 0.2, "salt": "x"}},
             "training": {"lora_rank": 16, "learning_rate": 1e-4, "num_train_epochs": 2.5},
             "serve": {"enabled": false}}
            """);

    assertThat(plan.dataset().sources())
        .containsExactly(
            new DatasetSpec.Source("a.xlsx", "exam", null, null, 2, null, null),
            new DatasetSpec.Source(
                "b.xlsx", null, Map.of("text", "Passage"), null, null, null, 0.5));
    assertThat(plan.dataset().split()).isEqualTo(new DatasetSpec.Split(0.1, 0.2, "x"));
    assertThat(plan.training().loraRank()).isEqualTo(16);
    assertThat(plan.training().learningRate()).isEqualTo(1e-4);
    assertThat(plan.training().numTrainEpochs()).isEqualTo(2.5);
    assertThat(ServeSpec.wanted(plan.serve())).isFalse();
  }

  @Test
  void takesNumbersAndTruthValuesAsTextInSettingsAndFilters() throws InvalidPlan {
    DatasetSpec spec =
        Plans.read(
            """
            {"sources": [{"file": "a", "settings": {"history": 2, "role": "甲", "author": true},
                          "filters": [{"column": "year", "test": "at_least", "value": 2000.5}]}]}
            """,
            DatasetSpec.class);

    DatasetSpec.Source source = spec.sources().getFirst();
    assertThat(source.settings()).isEqualTo(Map.of("history", "2", "role", "甲", "author", "true"));
    assertThat(source.filters())
        .containsExactly(new DatasetSpec.Filter("year", "at_least", "2000.5"));
    Plans.check(spec);
  }

  @Test
  void everySectionIsOptional() throws InvalidPlan {
    assertThat(Plans.plan("{}")).isEqualTo(new Plan(null, null, null));
    assertThat(Plans.read("{}", TrainingSpec.class)).isEqualTo(TrainingSpec.DEFAULTS);
  }

  @Test
  void tellsEveryMistakeAtOnce() {
    List<Mistake> mistakes =
        mistakesOf(
            """
            {"dataset": {"sources": [{"file": "a.xlsx", "recipe": "exma", "repeat": 0},
                                     {"limit": "ten"}],
                         "split": {"test": 0.95}},
             "trainig": {},
             "training": {"lora_rank": 1.5, "learning_rate": 0, "method": "loar"}}
            """,
            Plan.class);

    assertThat(mistakes)
        .containsExactlyInAnyOrder(
            new Mistake(
                "dataset.sources[0].recipe", "must be one of " + RECIPES + ", not \"exma\""),
            new Mistake("dataset.sources[0].repeat", "must be at least 1, not 0"),
            new Mistake(
                "dataset.sources[1].file",
                "is missing: give a file id, or the file's name among the uploads of the same run"),
            new Mistake("dataset.sources[1].limit", "must be a whole number, not \"ten\""),
            new Mistake("dataset.split.test", "must be at most 0.9, not 0.95"),
            new Mistake("trainig", "is no field of the plan; did you mean training?"),
            new Mistake("training.lora_rank", "must be a whole number, not 1.5"),
            new Mistake("training.learning_rate", "must be more than 0, not 0"),
            new Mistake(
                "training.method",
                "must be one of lora, qlora, dora, adapter, prefix, p_tuning, prompt, freeze, full,"
                    + " not \"loar\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"sources": []}                                     | sources           | must have at least one entry
          {"sources": {}}                                     | sources           | must be a list, not an object
          {"sources": [null]}                                 | sources[0]        | must be an object, not null (leave it out instead)
          {"sources": [{"file": ""}]}                         | sources[0].file   | must have at least one character
          {"sources": [{"file": "a", "limit": 3000000000}]}   | sources[0].limit  | must be at most 2147483647, not 3000000000
          {"sources": [{"file": "a", "weight": 1e999}]}       | sources[0].weight | must be at most 1000000, not 1E+999
          {"sources": [{"file": "a", "columns": {"q": 1}}]}   | sources[0].columns.q | must be a text, not 1
          {"sources": [{"file": "a", "settings": {"history": []}}]} | sources[0].settings.history | must be a text, a number or true or false, not a list
          {"sources": [{"file": "a", "filters": [{"column": "b", "test": "is"}]}]} | sources[0].filters[0].test | must be one of equals, not_equals, contains, matches, at_least, at_most, not_empty, not "is"
          {"sources": [{"file": "a", "filters": [{"test": "not_empty"}]}]} | sources[0].filters[0].column | is missing: give the header's text
          {"sources": [{"file": "a", "filters": [{"column": "b", "test": "equals", "value": {}}]}]} | sources[0].filters[0].value | must be a text, a number or true or false, not an object
          {"sources": [{"file": "a"}], "split": {"test": -1}} | split.test        | must be at least 0, not -1
          {"sources": [{"file": "a"}], "split": true}         | split             | must be an object, not true
          []                                                  | dataset           | must be an object, not a list
          """)
  void saysWhatWouldBeRight(String json, String field, String message) {
    assertThat(mistakesOf(json, DatasetSpec.class)).containsExactly(new Mistake(field, message));
  }

  @ParameterizedTest
  @CsvSource({
    "loraRank, lora_rank",
    "lora-rank, lora_rank",
    "lora_rnak, lora_rank",
    "epochs, num_train_epochs",
    "batch_size, per_device_train_batch_size",
    "lr_scheduler, lr_scheduler_type",
  })
  void namesTheFieldThatWasMeant(String written, String meant) {
    assertThat(mistakesOf("{\"%s\": 1}".formatted(written), TrainingSpec.class))
        .containsExactly(
            new Mistake(written, "is no field of the training; did you mean " + meant + "?"));
  }

  @Test
  void saysTheFormThatATextMustHave() throws InvalidPlan {
    assertThat(mistakesOf("{\"lora_target\": \"q_proj;v_proj\"}", TrainingSpec.class))
        .containsExactly(
            new Mistake(
                "lora_target",
                "must be names of the modules that get an adapter, with commas between them, or"
                    + " `all` for every linear layer, not \"q_proj;v_proj\""));
    assertThat(Plans.read("{\"lora_target\": \"q_proj, v_proj\"}", TrainingSpec.class).loraTarget())
        .isEqualTo("q_proj, v_proj");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",a", "a,", "a, ", "a,,b", "a b", "a .b", ".a", "a, .b", "a;b"})
  void refusesWhatIsNoListOfNames(String written) {
    assertThat(mistakesOf("{\"lora_target\": \"%s\"}".formatted(written), TrainingSpec.class))
        .singleElement()
        .extracting(Mistake::field)
        .isEqualTo("lora_target");
  }

  @Test
  void readsALongListOfNames() throws InvalidPlan {
    String names = " a" + " , layers.1.q_proj".repeat(20_000) + " ";
    String given = "{\"lora_target\": \"%s\"}".formatted(names);
    assertThat(Plans.read(given, TrainingSpec.class).loraTarget()).isEqualTo(names);
    assertThat(mistakesOf(given.replace("layers.1", "layers 1"), TrainingSpec.class)).hasSize(1);
  }

  @Test
  void listsTheFieldsWhenNoneIsNear() {
    assertThat(mistakesOf("{\"x\": 1}", Plan.class))
        .containsExactly(
            new Mistake("x", "is no field of the plan; its fields are dataset, training, serve"));
    assertThat(mistakesOf("{\"serve\": {\"port\": 1}}", Plan.class))
        .containsExactly(
            new Mistake("serve.port", "is no field of serve; its fields are enabled, alias"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"dataset\": ", "{'a': 1}", "plan.json", "{} {}", "{\"a\": 1, \"a\": 2}"})
  void brokenJsonNamesThePlace(String json) {
    assertThat(mistakesOf(json, Plan.class))
        .singleElement()
        .satisfies(
            m -> {
              assertThat(m.field()).isEqualTo("plan");
              assertThat(m.message()).startsWith("is no JSON: ").contains("line 1, column ");
            });
  }

  @Test
  void refusesANumberThatOnlyFitsWhenItIsCutOff() {
    String twoTo64AndOne = "18446744073709551617.0";

    assertThat(
            mistakesOf(
                "{\"sources\": [{\"file\": \"a\", \"limit\": %s}]}".formatted(twoTo64AndOne),
                DatasetSpec.class))
        .extracting(Mistake::field)
        .containsExactly("sources[0].limit");
  }

  @Test
  void anEmptyTextIsNoPlan() {
    assertThat(mistakesOf("", Plan.class))
        .containsExactly(new Mistake("plan", "is empty; give a JSON object"));
  }

  @Test
  void checksAPlanThatCameInAnEvent() throws InvalidPlan {
    var source = new DatasetSpec.Source("a.xlsx", "exma", null, null, null, null, null);
    var bad = new Plan(new DatasetSpec(null, List.of(source), null), null, null);

    assertThatThrownBy(() -> Plans.check(bad))
        .isInstanceOf(InvalidPlan.class)
        .hasMessage("dataset.sources[0].recipe: must be one of " + RECIPES + ", not \"exma\"");
    Plans.check(new Plan(null, TrainingSpec.DEFAULTS, new ServeSpec(true, null)));
  }

  @Test
  void checksARequestThatCameFromKafka() {
    var request =
        new UploadRequested(
            "req-1", "a.xlsx", null, null, null, new Plan(null, null, new ServeSpec(null, null)));
    var good =
        new UploadRequested(
            "req-1", "a.xlsx", null, new BlobRef("incoming/acme/a", null, null), null, null);

    assertThatThrownBy(() -> Plans.check(request))
        .isInstanceOf(InvalidPlan.class)
        .hasMessageStartingWith("blob: is missing");
    assertThatCode(() -> Plans.check(good)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"method\": \"full\", \"lora_rank\": 8, \"lora_alpha\": 16 | lora_rank lora_alpha",
        "\"use_galore\": true | use_galore",
        "\"method\": \"qlora\", \"use_badam\": true, \"badam_switch_interval\": 5 | use_badam",
        "\"method\": \"full\", \"use_galore\": true, \"use_badam\": true | use_badam",
        "\"method\": \"full\", \"use_badam\": true, \"optim\": \"adamw_8bit\" | optim",
        "\"method\": \"full\", \"galore_rank\": 4 | galore_rank",
        "\"quantization_bit\": 4, \"lora_dropout\": 2 | lora_dropout quantization_bit",
        "\"method\": \"dora\", \"use_dora\": false | use_dora",
        "\"method\": \"prefix\", \"encoder_hidden_size\": 8 | encoder_hidden_size",
        "\"method\": \"prompt\", \"prefix_projection\": true | prefix_projection",
        "\"mask_history\": true, \"train_on_prompt\": true | mask_history",
        "\"method\": \"qlora\", \"frozen_precision\": \"fp8\" | frozen_precision",
        "\"method\": \"full\", \"frozen_precision\": \"fp8\" | frozen_precision",
        "\"method\": \"freeze\", \"frozen_precision\": \"fp8\" | frozen_precision",
        "\"method\": \"dora\", \"frozen_precision\": \"fp8\" | frozen_precision",
        "\"use_dora\": true, \"frozen_precision\": \"fp8\" | frozen_precision",
        "\"frozen_precision\": \"fp16\" | frozen_precision",
        "\"stage\": \"pt\", \"train_on_prompt\": true, \"max_new_tokens\": 9 | train_on_prompt"
            + " max_new_tokens",
        "\"method\": \"freeze\", \"freeze_trainable_layers\": 0 | freeze_trainable_layers"
      })
  void whatCannotStandTogetherIsRefusedAllAtOnce(String given, String fields) {
    assertThat(mistakesOf("{" + given + "}", TrainingSpec.class))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder(fields.split(" "));
    assertThat(mistakesOf("{\"training\": {" + given + "}}", Plan.class))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder(
            Stream.of(fields.split(" ")).map("training."::concat).toArray(String[]::new));
  }

  @Test
  void saysForWhichMethodsAnOptionIs() {
    assertThat(mistakesOf("{\"method\": \"full\", \"lora_rank\": 8}", TrainingSpec.class))
        .containsExactly(
            new Mistake(
                "lora_rank", "is for method \"lora\", \"qlora\" or \"dora\", not for \"full\""));
    assertThat(mistakesOf("{\"lora_rnk\": 8}", TrainingSpec.class))
        .containsExactly(
            new Mistake("lora_rnk", "is no field of the training; did you mean lora_rank?"));
  }

  @Test
  void aSwitchThatIsOffFitsEveryMethod() throws InvalidPlan {
    Plans.read(
        "{\"method\": \"prompt\", \"use_dora\": false, \"use_galore\": false}", TrainingSpec.class);
  }

  @Test
  void aSpecificationIsHeldAgainstTheDatasetsTask() throws InvalidPlan {
    TrainingSpec chats = Plans.read("{\"stage\": \"sft\"}", TrainingSpec.class);
    TrainingSpec prompts = Plans.read("{\"train_on_prompt\": true}", TrainingSpec.class);

    refuse(chats, null);
    refuse(prompts, "classification");
    assertThatThrownBy(() -> refuse(chats, "pt"))
        .hasMessage("stage: cannot be sft: the dataset holds plain text");
    assertThatThrownBy(() -> refuse(prompts, "pt"))
        .hasMessage("train_on_prompt: is for stage \"sft\": plain text has no prompts and answers");
    assertThatThrownBy(() -> refuse(Plans.read("{\"stage\": \"pt\"}", TrainingSpec.class), "sft"))
        .hasMessage("stage: cannot be pt: the dataset holds chats");
  }

  @Test
  void aMetricMustBeOneOfTheDatasetsTask() throws InvalidPlan {
    TrainingSpec labels =
        Plans.read("{\"metric_for_best_model\": \"macro_f1\"}", TrainingSpec.class);
    TrainingSpec words = Plans.read("{\"metric_for_best_model\": \"rougeL\"}", TrainingSpec.class);

    refuse(labels, "classification");
    refuse(words, null);
    refuse(words, "tagging");
    assertThatThrownBy(() -> refuse(labels, "sft"))
        .isInstanceOf(InvalidPlan.class)
        .hasMessageStartingWith("metric_for_best_model: \"macro_f1\" is not measured on a dataset")
        .hasMessageEndingWith("\"exact_match\" or \"well_formed\"");
    assertThatThrownBy(() -> refuse(words, "pt"))
        .hasMessageEndingWith("choose \"loss\" or \"perplexity\"");
  }

  @Test
  void anAbsentServeSectionServes() {
    assertThat(ServeSpec.wanted(null)).isTrue();
    assertThat(ServeSpec.wanted(new ServeSpec(null, null))).isTrue();
    assertThat(ServeSpec.wanted(new ServeSpec(true, null))).isTrue();
  }

  @Test
  void aRecordWithoutASchemaIsNoSpecification() {
    assertThatThrownBy(() -> Plans.read("{}", Mistake.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/schemas/Mistake.json");
  }

  private static List<Mistake> mistakesOf(String json, Class<?> type) {
    return catchThrowableOfType(InvalidPlan.class, () -> Plans.read(json, type)).mistakes();
  }

  private static void refuse(TrainingSpec spec, String task) throws InvalidPlan {
    List<Mistake> mistakes = spec.mistakes(task, true);
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  @Test
  void aDatasetIsHeldAgainstAllOfASpecification() throws InvalidPlan {
    TrainingSpec spec =
        Plans.read(
            """
            {"stage": "sft", "mask_history": true, "early_stopping_steps": 2,
             "metric_for_best_model": "perplexity"}\
            """,
            TrainingSpec.class);
    assertThat(spec.mistakes("pt", false))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder(
            "stage", "mask_history", "early_stopping_steps", "metric_for_best_model");
    assertThat(spec.mistakes("sft", true)).isEmpty();
    assertThat(TrainingSpec.DEFAULTS.mistakes("sft", false)).isEmpty();
  }

  @Test
  void everyOptionMayBeAuto() throws Exception {
    ObjectNode all = Json.MAPPER.createObjectNode();
    for (var component : TrainingSpec.class.getRecordComponents()) {
      all.put(Schemas.name(component.getName()), "auto");
    }
    all.remove(List.of("model", "suffix"));
    assertThat(Plans.read(all.toString(), TrainingSpec.class)).isEqualTo(TrainingSpec.DEFAULTS);
    ObjectNode plan = Json.MAPPER.createObjectNode();
    plan.set("training", all);
    assertThat(Plans.plan(plan.toString()).training()).isEqualTo(TrainingSpec.DEFAULTS);
  }

  @Test
  void namesOfLlamaFactoryAreTakenWhereTheySayWhatHappensAnyway() throws InvalidPlan {
    String habits =
        """
        {"packing": false, "plot_loss": true, "bf16": true, "lora_rank": 4}\
        """;
    assertThat(Plans.read(habits, TrainingSpec.class))
        .isEqualTo(Plans.read("{\"lora_rank\": 4}", TrainingSpec.class));
    assertThat(
            mistakesOf(
                """
                {"training": {"packing": [], "plot_loss": false, "bf16": false, "val_size": 0.1,
                 "finetuning_type": "lora", "lora_rank": 0}}\
                """,
                Plan.class))
        .extracting(Mistake::toString)
        .containsExactlyInAnyOrder(
            "training.packing: must be a plain value; it changes no result here",
            "training.plot_loss: must be true: the curve is always drawn",
            "training.bf16: must be true: it is bfloat16 on a GPU and float32 on a CPU",
            "training.val_size: is not set here: the dataset has its splits; set split.validation"
                + " of the dataset",
            "training.finetuning_type: is called method here",
            "training.lora_rank: must be at least 1, not 0");
  }

  @Test
  void aFileOfLlamaFactorysIsTakenButForWhatTheMeshKnowsByItself() throws InvalidPlan {
    String file =
        """
        {"do_train": true, "flash_attn": "fa2", "neat_packing": true, "logging_steps": 10,
         "eval_strategy": "steps", "fp16": false, "load_best_model_at_end": true,
         "preprocessing_num_workers": 16, "gradient_checkpointing": true, "optim": "adamw_torch",
         "report_to": "none", "save_only_model": false, "trust_remote_code": false,
         "resume_from_checkpoint": null,
         "lr_scheduler_type": "constant_with_warmup", "max_steps": 40, "warmup_steps": 0}\
        """;
    String ours =
        """
        {"optim": "adamw", "lr_scheduler_type": "constant", "max_steps": 40, "warmup_steps": 0}\
        """;
    assertThat(Plans.read(file, TrainingSpec.class))
        .isEqualTo(Plans.read(ours, TrainingSpec.class));
    assertThat(
            mistakesOf(
                """
                {"training": {"dataset": "alpaca", "template": "qwen", "fp16": "true",
                 "eval_strategy": "epoch", "do_train": false, "optim": "adafactor"}}\
                """,
                Plan.class))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder(
            "training.dataset",
            "training.template",
            "training.fp16",
            "training.eval_strategy",
            "training.do_train",
            "training.optim");
  }

  @Test
  void stepsAreGivenInOneWay() {
    assertThat(
            mistakesOf(
                """
                {"training": {"max_steps": 4, "num_train_epochs": 1, "warmup_steps": 2,
                 "warmup_ratio": 0.1}}\
                """,
                Plan.class))
        .extracting(Mistake::toString)
        .containsExactlyInAnyOrder(
            "training.max_steps: cannot be used together with num_train_epochs; choose one",
            "training.warmup_steps: cannot be used together with warmup_ratio; choose one");
  }
}
