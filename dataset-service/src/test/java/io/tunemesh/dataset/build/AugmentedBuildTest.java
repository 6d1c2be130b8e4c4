package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.augment.Answer;
import io.tunemesh.dataset.augment.Ask;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentedBuildTest {

  private static final String SHUFFLE = "{\"method\": \"shuffle_options\", \"copies\": 2}";
  private static final String WORDS =
      "{\"method\": \"synonyms\", \"copies\": 1, \"words\": {\"fine\": \"good\"}}";
  private static final String LIST = "{\"method\": \"synonyms\", \"words_file\": \"w.csv\"}";
  private static final String MODEL = "{\"method\": \"generate\", \"model\": \"ft:m\", \"max\": 5}";

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void augmentsWhatIsTrainedOnAloneAndMarksIt() throws Exception {
    UploadParsed exam = Workbooks.english(blobs, "file-e", "e.xlsx", 60, null);

    DatasetFiles plain = building.built(spec(null, source("e.xlsx", "exam", "")), exam);
    DatasetFiles files = building.built(spec(null, source("e.xlsx", "exam", SHUFFLE)), exam);

    List<JsonNode> examples = examples(files);
    List<JsonNode> made = examples.stream().filter(e -> e.has("augmented")).toList();
    Map<String, JsonNode> rows =
        examples.stream()
            .filter(e -> !e.has("augmented"))
            .collect(Collectors.toMap(e -> e.get("id").asText(), e -> e));
    assertThat(made).hasSize((int) (2 * plain.train().examples()));
    assertThat(made)
        .allSatisfy(
            example -> {
              JsonNode parent = rows.get(example.at("/augmented/parent").asText());
              assertThat(example.at("/augmented/method").asText()).isEqualTo("shuffle_options");
              assertThat(example.get("split").asText()).isEqualTo("train");
              assertThat(parent.get("split").asText()).isEqualTo("train");
              assertThat(example.get("lineage")).isEqualTo(parent.get("lineage"));
              assertThat(example.get("items")).isNotEqualTo(parent.get("items"));
              assertThat(example.at("/messages/0")).isEqualTo(parent.at("/messages/0"));
            });
    assertThat(examples.stream().map(e -> e.get("id").asText())).doesNotHaveDuplicates();
    assertThat(files.test().lines().sha256()).isEqualTo(plain.test().lines().sha256());
    assertThat(files.validation().lines().sha256()).isEqualTo(plain.validation().lines().sha256());
    assertThat(files.train().examples()).isEqualTo(3 * plain.train().examples());
    assertThat(files.rowsIn()).isEqualTo(60);
    assertThat(files.rowsKept()).isEqualTo(60);
    assertThat(building.lines(files.train().lines())).hasSize((int) files.train().examples());
  }

  @Test
  void countsWhatWasMadeAndWhatWasNot() throws Exception {
    UploadParsed table = table(40, i -> i % 2 == 0 ? "a fine day " + i : "a day " + i);

    DatasetFiles files =
        building.built(spec(noSplit(), source("t.csv", "text_classification", WORDS)), table);

    JsonNode manifest = building.json(files.manifest());
    assertThat(manifest.get("augmented").toString())
        .isEqualTo(
            "[{\"source\":0,\"step\":0,\"method\":\"synonyms\",\"tried\":40,\"made\":20,"
                + "\"dropped\":{\"no_words\":20}}]");
    assertThat(manifest.at("/rows").toString()).isEqualTo("{\"in\":40,\"kept\":40,\"refused\":0}");
    assertThat(manifest.at("/parts/train/examples").asInt()).isEqualTo(60);
    assertThat(manifest.at("/sources/0/examples/train").asInt()).isEqualTo(60);
    assertThat(manifest.at("/sources/0/labels").toString()).isEqualTo("{\"no\":20,\"yes\":40}");
  }

  @Test
  void makesTheSameBytesOfTheSameSaltAndOthersOfAnother() throws Exception {
    UploadParsed exam = Workbooks.english(blobs, "file-e", "e.xlsx", 30, null);
    String split = "\"split\": {\"test\": 0, \"validation\": 0, \"salt\": \"%s\"}, ";

    DatasetFiles one =
        building.built(spec(split.formatted("x"), source("e.xlsx", "exam", SHUFFLE)), exam);
    DatasetFiles two =
        building.built(spec(split.formatted("x"), source("e.xlsx", "exam", SHUFFLE)), exam);
    DatasetFiles other =
        building.built(spec(split.formatted("y"), source("e.xlsx", "exam", SHUFFLE)), exam);

    assertThat(two.manifest().sha256()).isEqualTo(one.manifest().sha256());
    assertThat(two.examples().sha256()).isEqualTo(one.examples().sha256());
    assertThat(two.train().lines().sha256()).isEqualTo(one.train().lines().sha256());
    assertThat(other.train().lines().sha256()).isNotEqualTo(one.train().lines().sha256());
  }

  @Test
  void dropsWhatFallsTogetherWithAnExampleThatIsMeasuredOn() throws Exception {
    DatasetFiles files = twins("", "");

    JsonNode count = dropped(files);
    assertThat(count.get("tried").asInt())
        .isEqualTo((int) examples(files).stream().filter(e -> part(e).equals("train")).count());
  }

  @Test
  void dropsWhatFallsTogetherOnceItsMarkupIsGone() throws Exception {
    dropped(twins("<p>", "\"clean\": {\"strip_markup\": true}, "));
  }

  /** A dataset in which each text with "fine" has its twin with "good"; some are measured on. */
  private DatasetFiles twins(String before, String cleaning) throws Exception {
    UploadParsed table =
        table(
            80, i -> before + (i % 2 == 0 ? "It is fine, number " : "it is GOOD number ") + i / 2);
    return building.built(
        spec(
            "\"split\": {\"test\": 0.3, \"validation\": 0.2}, " + cleaning,
            source("t.csv", "text_classification", WORDS)),
        table);
  }

  /** What is told of the augmentation, by which all that was made was dropped. */
  private JsonNode dropped(DatasetFiles files) throws Exception {
    JsonNode count = building.json(files.manifest()).at("/augmented/0");
    assertThat(count.at("/dropped/in_validation_or_test").asInt()).isPositive();
    assertThat(count.at("/dropped/duplicate").asInt()).isPositive();
    assertThat(count.get("made").asInt()).isZero();
    return count;
  }

  @Test
  void mixesWhatWasMadeWithItsSource() throws Exception {
    UploadParsed exam = Workbooks.english(blobs, "file-e", "e.xlsx", 10, null);
    UploadParsed table = days(10);

    DatasetFiles files =
        building.built(
            spec(
                noSplit(),
                source("e.xlsx", "exam", SHUFFLE),
                source("t.csv", "text_classification", WORDS).replace("}]}", "}], \"repeat\": 3}")),
            exam,
            table);

    assertThat(files.train().examples()).isEqualTo(10 * 3 + 10 * 2 * 3);
    List<String> lines = building.lines(files.train().lines());
    assertThat(lines.stream().filter(line -> line.contains("a good day"))).hasSize(30);
  }

  @Test
  void mendsEachLabelOfTheSettingsByItself() throws Exception {
    UploadParsed table =
        stored("file-t", List.of("text", "label"), List.of(List.of("a fine day", "NLP\u200e")));
    String labels = "], \"settings\": {\"labels\": \"שלילי, NLP\u200e\"}}";
    String source = source("t.csv", "text_classification", WORDS).replace("]}", labels);

    DatasetFiles files =
        building.built(spec(noSplit() + "\"clean\": {\"controls\": \"strip\"}, ", source), table);

    assertThat(files.refusals()).isEmpty();
  }

  @Test
  void mendsTheLabelsOfTheSettingsAsItDoesThoseOfTheRows() throws Exception {
    List<List<String>> rows =
        List.of(
            List.of("a fine day", "Ａ类"),
            List.of("a fine night", "A类"),
            List.of("a fine week", "Ｃ类"));
    UploadParsed table = stored("file-t", List.of("text", "label"), rows);
    String labels = "], \"settings\": {\"labels\": \"Ａ类, Ｂ类\"}}";
    String source = source("t.csv", "text_classification", WORDS).replace("]}", labels);

    DatasetFiles files =
        building.built(
            spec(noSplit() + "\"clean\": {\"normalize_widths\": true}, ", source), table);

    assertThat(files.refusals()).isEqualTo(Map.of("label_unknown", 1L));
    assertThat(examples(files))
        .hasSize(4)
        .allSatisfy(
            e -> {
              assertThat(e.at("/messages/0/content").asText()).contains("A类, B类");
              assertThat(e.at("/messages/1/content").asText()).isEqualTo("A类");
              assertThat(e.at("/structure/label").asText()).isEqualTo("A类");
            });
  }

  @Test
  void takesTheWordsOfAnUploadedTable() throws Exception {
    UploadParsed table = days(10);
    UploadParsed words =
        stored(
            "file-w",
            List.of("word", "one", "two"),
            List.of(
                List.of("fine", "good", "nice"), List.of("7", "8", "9"), List.of("day", "", "")));
    DatasetSpec spec = spec(noSplit(), source("t.csv", "text_classification", LIST));

    Made made = building.build(spec, Map.of("w.csv", words), null, table);

    assertThat(examples(((Made.Built) made).files()))
        .filteredOn(e -> e.has("augmented"))
        .hasSize(10)
        .allSatisfy(
            e -> assertThat(e.at("/structure/text").asText()).matches("a (good|nice) day \\d"));
  }

  @Test
  void rejectsAWordListWithoutSynonyms() throws Exception {
    UploadParsed table = days(10);
    UploadParsed words = stored("file-w", List.of("word"), List.of(List.of("fine")));
    DatasetSpec spec = spec(null, source("t.csv", "text_classification", LIST));

    Made.Rejected made = (Made.Rejected) building.build(spec, Map.of("w.csv", words), null, table);

    assertThat(made.code()).isEqualTo("word_list_empty");
    assertThat(made.reason()).contains("synonyms into those after it");
    assertThat(made.where().field()).isEqualTo("dataset.sources[0].augment[0].words_file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          auto | {"method": "shuffle_options"}             | 1000 | augment_unfit | method
          auto | {"method": "synonyms", "copies": 20, "words": {"fine": "good"}} | 100 | mix_too_large | copies
          """)
  void rejectsWhatCannotBeMade(String recipe, String wish, long most, String code, String field)
      throws Exception {
    UploadParsed table = days(20);
    UploadParsed plain =
        new UploadParsed(
            table.fileId(),
            "t.csv",
            "table",
            table.records(),
            20,
            table.sheets(),
            null,
            null,
            null);

    Made.Rejected made =
        (Made.Rejected) building.build(spec(null, source("t.csv", recipe, wish)), most, plain);

    assertThat(made.code()).isEqualTo(code);
    assertThat(made.where().field()).isEqualTo("dataset.sources[0].augment[0]." + field);
  }

  @Test
  void asksAModelAndMakesExamplesOfItsAnswers() throws Exception {
    UploadParsed table = days(20);
    DatasetSpec spec = spec(noSplit(), source("t.csv", "text_classification", MODEL));

    List<Ask> asks = asks(spec, table);
    assertThat(asks(spec, table)).isEqualTo(asks).hasSize(5);

    Map<String, Answer> answers = new HashMap<>();
    answers.put(asks.get(0).key(), answer("a new day", "yes"));
    answers.put(asks.get(1).key(), answer("A new day!", "no"));
    answers.put(asks.get(2).key(), answer("a fine day 3", "no"));
    answers.put(asks.get(3).key(), answer("another day", "perhaps"));
    DatasetFiles files = built(spec, answers, table);

    JsonNode count = building.json(files.manifest()).at("/augmented/0");
    assertThat(count.get("dropped").toString())
        .isEqualTo("{\"duplicate\":2,\"label_unknown\":1,\"no_answer\":1}");
    assertThat(count.get("made").asInt()).isEqualTo(1);
    List<JsonNode> made = examples(files).stream().filter(e -> e.has("augmented")).toList();
    assertThat(made).hasSize(1);
    assertThat(made.getFirst().at("/augmented/parent").asText()).isEqualTo(asks.get(0).parent());
    assertThat(made.getFirst().at("/structure/text").asText()).isEqualTo("a new day");
    assertThat(made.getFirst().at("/messages/1/content").asText()).isEqualTo("yes");
    assertThat(made.getFirst().at("/lineage/row").asInt()).isPositive();
  }

  @Test
  void cleansWhatAModelWrote() throws Exception {
    UploadParsed table = days(20);
    DatasetSpec spec =
        spec(
            noSplit() + "\"clean\": {\"min_characters\": 10}, ",
            source("t.csv", "text_classification", MODEL));
    Map<String, Answer> answers = new HashMap<>();
    answers.put(asks(spec, table).getFirst().key(), answer("x", "yes"));

    DatasetFiles files = built(spec, answers, table);

    assertThat(building.json(files.manifest()).at("/augmented/0/dropped/too_short").asInt())
        .isEqualTo(1);
  }

  @Test
  void putsWhatAModelWroteInOrder() throws Exception {
    UploadParsed table = days(20);
    DatasetSpec spec =
        spec(
            noSplit() + "\"clean\": {\"normalize_widths\": true, \"controls\": \"strip\"}, ",
            source("t.csv", "text_classification", MODEL));
    List<Ask> asks = asks(spec, table);
    Map<String, Answer> answers = new HashMap<>();
    answers.put(asks.get(0).key(), answer("a ｎｅｗ day", "yes"));
    answers.put(asks.get(1).key(), answer("one\u200b more day", "no"));
    answers.put(asks.get(2).key(), answer("plain day", "no"));

    DatasetFiles files = built(spec, answers, table);

    assertThat(examples(files).stream().filter(e -> e.has("augmented")))
        .extracting(e -> e.at("/structure/text").asText())
        .containsExactlyInAnyOrder("a new day", "one more day", "plain day");
    assertThat(building.json(files.manifest()).get("changed").toString())
        .isEqualTo("{\"controls\":1,\"normalize_widths\":1}");
  }

  @Test
  void rejectsAPlanWhoseModelIsServedNowhere() throws Exception {
    UploadParsed table = days(20);
    DatasetSpec spec = spec(noSplit(), source("t.csv", "text_classification", MODEL));
    Map<String, Answer> answers =
        Map.of(asks(spec, table).getFirst().key(), new Answer(null, "model_not_found"));

    Made.Rejected made = (Made.Rejected) building.build(spec, Map.of(), answers, table);

    assertThat(made.code()).isEqualTo("model_not_found");
    assertThat(made.reason()).contains("'ft:m'").contains("/v1/models");
    assertThat(made.where().field()).isEqualTo("dataset.sources[0].augment[0].model");
  }

  @Test
  void buildsWithoutAnEngineThatFails() throws Exception {
    UploadParsed table = days(20);
    DatasetSpec spec = spec(noSplit(), source("t.csv", "text_classification", MODEL));
    Map<String, Answer> answers = new HashMap<>();
    asks(spec, table).forEach(a -> answers.put(a.key(), new Answer(null, "engine_unreachable")));

    DatasetFiles files = built(spec, answers, table);

    assertThat(files.train().examples()).isEqualTo(20);
    assertThat(building.json(files.manifest()).at("/augmented/0/dropped").toString())
        .isEqualTo("{\"engine_unreachable\":5}");
  }

  @Test
  void writesNothingOfAugmentationWhereNoneIsAskedFor() throws Exception {
    UploadParsed exam = Workbooks.english(blobs, "file-e", "e.xlsx", 10, null);

    DatasetFiles files = building.built(spec(null, source("e.xlsx", "exam", "")), exam);

    assertThat(building.json(files.manifest()).has("augmented")).isFalse();
    assertThat(examples(files)).noneMatch(e -> e.has("augmented"));
  }

  private List<Ask> asks(DatasetSpec spec, UploadParsed... files) throws IOException {
    return ((Made.Asks) building.build(spec, Map.of(), null, files)).asks();
  }

  private DatasetFiles built(DatasetSpec spec, Map<String, Answer> answers, UploadParsed file)
      throws IOException {
    return ((Made.Built) building.build(spec, Map.of(), answers, file)).files();
  }

  private static Answer answer(String text, String label) {
    return new Answer(
        Json.MAPPER.createObjectNode().put("text", text).put("label", label).toString(), null);
  }

  private List<JsonNode> examples(DatasetFiles files) throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    for (String line : building.lines(files.examples())) {
      examples.add(Json.MAPPER.readTree(line));
    }
    return examples;
  }

  private static String part(JsonNode example) {
    return example.get("split").asText();
  }

  private UploadParsed days(int rows) throws IOException {
    return table(rows, i -> "a fine day " + i);
  }

  private UploadParsed table(int rows, IntFunction<String> text) throws IOException {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      cells.add(List.of(text.apply(i), i % 2 == 0 ? "yes" : "no"));
    }
    return stored("file-t", List.of("text", "label"), cells);
  }

  private UploadParsed stored(String fileId, List<String> header, List<List<String>> rows)
      throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (List<String> row : rows) {
      Map<String, String> values = new HashMap<>();
      for (int i = 0; i < row.size(); i++) {
        if (!row.get(i).isEmpty()) {
          values.put(header.get(i), row.get(i));
        }
      }
      records.add(new SourceRecord("Sheet1", records.size() + 2, values));
    }
    return Workbooks.stored(blobs, fileId, fileId + ".csv", header, records, null);
  }

  private static String noSplit() {
    return "\"split\": {\"test\": 0, \"validation\": 0}, ";
  }

  private static String source(String file, String recipe, String augment) {
    return "{\"file\": \"%s\", \"recipe\": \"%s\", \"augment\": [%s]}"
        .formatted(file, recipe, augment);
  }

  private static DatasetSpec spec(String more, String... sources) throws InvalidPlan {
    String json =
        "{%s\"sources\": [%s]}".formatted(more == null ? "" : more, String.join(", ", sources));
    return Plans.read(json, DatasetSpec.class);
  }
}
