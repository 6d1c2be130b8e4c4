package io.tunemesh.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.UnknownModel;
import io.tunemesh.trainer.testing.OneModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateRequestTest {

  private static List<Mistake> mistakes(String body) {
    return catchThrowableOfType(InvalidPlan.class, () -> read(body)).mistakes();
  }

  private static CreateRequest read(String body) throws InvalidPlan, UnknownModel {
    return CreateRequest.read(body, null, new BaseModels(new OneModel("m", Path.of("m"))));
  }

  @Test
  void readsOpenAisFieldsAndOurs() throws Exception {
    CreateRequest request =
        read(
            """
            {"model": "m", "training_file": "file-1", "validation_file": null, "suffix": "s",
             "seed": 7, "metadata": {"team": "a"}, "recipe": "exam", "run": "run-1",
             "method": {"type": "supervised", "supervised": {"hyperparameters":
               {"n_epochs": 2, "batch_size": "auto", "learning_rate_multiplier": 0.5}}},
             "training": {"lora_rank": 16}, "serve": {"enabled": false}}
            """);

    assertThat(request.namesDataset()).isFalse();
    assertThat(request.spec().model()).isEqualTo("m");
    assertThat(request.spec().suffix()).isEqualTo("s");
    assertThat(request.spec().seed()).isEqualTo(7);
    assertThat(request.spec().numTrainEpochs()).isEqualTo(2.0);
    assertThat(request.spec().perDeviceTrainBatchSize()).isNull();
    assertThat(request.spec().loraRank()).isEqualTo(16);
    assertThat(request.multiplier()).isEqualTo(0.5);
    assertThat(request.metadata()).isEqualTo(Map.of("team", "a"));
    assertThat(request.datasetSpec().sources().getFirst().recipe()).isEqualTo("exam");
    assertThat(request.serve().enabled()).isFalse();
    assertThat(request.run()).isEqualTo("run-1");
  }

  @Test
  void readsTheOlderHyperparameters() throws Exception {
    CreateRequest request =
        read(
            """
            {"model": "m", "training_file": "ds-1",
             "hyperparameters": {"n_epochs": "auto", "batch_size": 8}}
            """);
    assertThat(request.namesDataset()).isTrue();
    assertThat(request.spec().numTrainEpochs()).isNull();
    assertThat(request.spec().perDeviceTrainBatchSize()).isEqualTo(8);
  }

  @Test
  void takesOurMethodsAndNamesWhereOpenAiHasItsOwn() throws Exception {
    TrainingSpec spec =
        read("""
                {"model": "m", "training_file": "ds-1",
                 "method": {"type": "prefix", "prefix": {"hyperparameters":
                   {"n_epochs": 2, "num_virtual_tokens": 30, "learning_rate": "auto"}}},
                 "training": {"num_train_epochs": 2, "max_new_tokens": "auto"}}
                """)
            .spec();

    assertThat(spec.method()).isEqualTo("prefix");
    assertThat(spec.numTrainEpochs()).isEqualTo(2.0);
    assertThat(spec.numVirtualTokens()).isEqualTo(30);
    assertThat(spec.learningRate()).isNull();
    assertThat(spec.maxNewTokens()).isNull();
    assertThat(
            read("""
                    {"model": "m", "training_file": "ds-1", "method": "dora",
                     "hyperparameters": {"lora_rank": 4}}
                    """)
                .spec())
        .extracting(TrainingSpec::method, TrainingSpec::loraRank)
        .containsExactly("dora", 4);
  }

  @Test
  void namesTheFieldOfEveryImpossibleCombination() {
    assertThat(
            mistakes(
                """
                {"model": "m", "training_file": "ds-1", "method": {"type": "full"},
                 "hyperparameters": {"lora_rank": 8, "use_galor": true},
                 "training": {"method": "lora", "galore_rank": 4}}
                """))
        .extracting(Mistake::toString)
        .containsExactlyInAnyOrder(
            "method.type: differs from training.method; give one of them",
            "hyperparameters.lora_rank: is for method \"lora\", \"qlora\" or \"dora\", not for"
                + " \"full\"",
            "hyperparameters.use_galor: is no field of the training; did you mean use_galore?",
            "training.galore_rank: needs use_galore: true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': 'lora', 'lora': {'lora_rank': 64}} | method.lora.lora_rank",
        "{'type': 'dora', 'dora': {'hyperparameter': {}}} | method.dora.hyperparameter",
        "{'supervised': {'hyperparameters': [1]}} | method.supervised.hyperparameters",
        "{'type': 'lora', 'lora': 7} | method.lora",
        "['dora'] | method",
        "5 | method"
      })
  void takesNoOptionThatStandsInAWrongPlaceForNone(String method, String field) {
    assertThat(
            mistakes(
                "{\"model\": \"m\", \"training_file\": \"ds-1\", \"method\": %s}"
                    .formatted(method.replace('\'', '"'))))
        .extracting(Mistake::field)
        .containsExactly(field);
  }

  @Test
  void tellsEveryMistakeAtOnce() {
    assertThat(
            mistakes(
                """
                {"training_file": "x", "validation_file": "file-2", "suffix": "", "seed": -1,
                 "metadata": {"k": 1}, "integrations": [{"type": "wandb"}], "colour": "red",
                 "recipe": "soup", "method": {"type": "dpo", "dpo": {}},
                 "hyperparameters": {"n_epochs": 51, "batch_size": 0, "beta": 1,
                                     "learning_rate_multiplier": 0},
                 "training": {"lora_rank": 0, "lora_rnk": 8}}
                """))
        .extracting(Mistake::field)
        .contains(
            "training_file",
            "validation_file",
            "model",
            "suffix",
            "seed",
            "metadata.k",
            "integrations",
            "colour",
            "recipe",
            "method.type",
            "method.dpo",
            "hyperparameters.n_epochs",
            "hyperparameters.batch_size",
            "hyperparameters.beta",
            "hyperparameters.learning_rate_multiplier",
            "training.lora_rank",
            "training.lora_rnk")
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesTwoAnswersToOneQuestion() {
    assertThat(
            mistakes(
                """
                {"model": "m", "training_file": "ds-1", "recipe": "auto",
                 "hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 2},
                 "training": {"num_train_epochs": 3, "learning_rate": 0.1, "model": "other"}}
                """))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder("recipe", "n_epochs", "learning_rate_multiplier", "model");
  }

  @Test
  void refusesWhatIsNoObject() {
    assertThat(mistakes("[1]").getFirst().message()).contains("JSON object");
    assertThat(mistakes("{\"model\":").getFirst().message()).contains("not JSON");
    assertThat(mistakes("").getFirst().field()).isEqualTo("body");
    assertThat(mistakes("{\"model\": \"m\", \"training_file\": \"ds-1\", \"training\": 3}"))
        .extracting(Mistake::field)
        .containsExactly("training");
  }

  @Test
  void refusesTextsThatNoDatabaseKeeps() {
    assertThat(
            mistakes(
                """
                {"model": "m", "training_file": "ds-1\\u0000", "suffix": "a\\u0000b", "run": "r\\u0000",
                 "training": {"suffix": "a\\u0000b"}}
                """))
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder("training_file", "suffix", "run");
  }

  @Test
  void refusesARunThatNoUploadCanHave() {
    assertThat(mistakes("{\"model\": \"m\", \"training_file\": \"ds-1\", \"run\": \"a b\"}"))
        .extracting(Mistake::field)
        .containsExactly("run");
  }

  @Test
  void tellsAnUnknownModelAmongTheOtherMistakes() {
    assertThat(
            mistakes(
                """
                {"model": "n", "training_file": "ds-1", "suffix": 3,
                 "dataset": {"sources": []}, "sed": 7}
                """))
        .extracting(Mistake::toString)
        .satisfiesExactlyInAnyOrder(
            said -> assertThat(said).startsWith("model: ").contains("Choose one of: m"),
            said -> assertThat(said).startsWith("suffix: "),
            said -> assertThat(said).startsWith("dataset: ").contains("training_file"),
            said -> assertThat(said).isEqualTo("sed: is no field of the job; did you mean seed?"));
  }
}
