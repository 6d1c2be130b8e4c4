package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.awaitPreview;
import static io.tunemesh.dataset.Client.json;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static io.tunemesh.dataset.Client.preview;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** What would be made more of, seen before it is built, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class AugmentedPreviewTest {

  private static final String ALL_TRAIN = "\"split\": {\"test\": 0, \"validation\": 0}";

  @Inject Mesh mesh;
  @Inject BlobStore blobs;
  @Inject DataSource database;

  private final String run = Mesh.newRun();

  @Test
  void showsBehindEachExampleThoseThatABuildMakesOfIt() throws IOException {
    sendExamAndTable();
    String body =
        body(
            ALL_TRAIN,
            source("e.xlsx", "exam", "{\"method\": \"shuffle_options\", \"copies\": 2}"),
            source(
                "t.tsv",
                "text_classification",
                "{\"method\": \"synonyms\", \"words\": {\"fine\": \"good, nice\"}}"));

    JsonNode view = json(awaitPreview(body, 200, "?limit=3"));

    List<JsonNode> shown = view.get("examples").valueStream().toList();
    assertThat(shown.stream().map(e -> e.at("/augmented/method").asText("row")))
        .containsExactly(
            "row",
            "shuffle_options",
            "shuffle_options",
            "row",
            "shuffle_options",
            "shuffle_options",
            "row",
            "shuffle_options",
            "shuffle_options",
            "row",
            "synonyms",
            "row",
            "row",
            "synonyms");
    assertThat(view.get("augmented").toString())
        .isEqualTo(
            "[{\"source\":0,\"step\":0,\"method\":\"shuffle_options\",\"tried\":6,\"made\":6,"
                + "\"dropped\":{}},"
                + "{\"source\":1,\"step\":0,\"method\":\"synonyms\",\"tried\":3,\"made\":2,"
                + "\"dropped\":{\"no_words\":1}}]");
    String parent = "";
    for (JsonNode example : shown) {
      parent = example.has("augmented") ? parent : example.get("id").asText();
      assertThat(example.at("/augmented/parent").asText(parent)).isEqualTo(parent);
    }

    post(body).statusCode(202);
    Map<String, JsonNode> built = new HashMap<>();
    pages("/v1/datasets/" + mesh.built(run).datasetId() + "/examples", 100)
        .forEach(example -> built.put(example.get("id").asText(), example));
    assertThat(shown).allSatisfy(e -> assertThat(built.get(e.get("id").asText())).isEqualTo(e));
  }

  @Test
  void showsWhatAModelWouldBeAskedAndAsksNone() throws IOException, SQLException {
    sendExamAndTable();
    long asked = asked();

    JsonNode view =
        json(
            awaitPreview(
                body(
                    ALL_TRAIN,
                    source(
                        "t.tsv",
                        "text_classification",
                        "{\"method\": \"generate\", \"model\": \"ft:mine\", \"examples\": 2,"
                            + " \"instruction\": \"Be brief.\"}")),
                200,
                "?limit=4"));

    assertThat(view.get("examples")).hasSize(4);
    assertThat(view.get("augmented")).hasSize(1);
    JsonNode step = view.at("/augmented/0");
    assertThat(step.get("method").asText()).isEqualTo("generate");
    assertThat(step.has("tried")).isFalse();
    assertThat(step.get("questions")).hasSize(4);
    assertThat(step.get("questions").findValuesAsText("parent"))
        .containsExactlyInAnyOrderElementsOf(view.get("examples").findValuesAsText("id"));
    JsonNode request = step.at("/questions/0/request");
    assertThat(request.get("model").asText()).isEqualTo("ft:mine");
    assertThat(request.at("/messages/0/content").asText())
        .contains("are 2 examples", "Be brief.", "Example 2:", "The label is one of: no, yes");
    assertThat(asked()).isEqualTo(asked);
  }

  @Test
  void makesNothingOfWhatIsMeasuredOn() throws IOException {
    sendExamAndTable();

    JsonNode view =
        json(
            awaitPreview(
                body(
                    "\"split\": {\"test\": 0.3, \"validation\": 0.2}",
                    source("e.xlsx", "exam", "{\"method\": \"shuffle_options\"}")),
                200,
                "?limit=20"));

    List<JsonNode> shown = view.get("examples").valueStream().toList();
    long train =
        shown.stream()
            .filter(e -> e.get("split").asText().equals("train") && !e.has("augmented"))
            .count();
    assertThat(train).isBetween(1L, 19L);
    assertThat(shown).hasSize((int) (20 + train));
    assertThat(view.at("/augmented/0/tried").asLong()).isEqualTo(train);
  }

  @Test
  void tellsWhatABuildWouldStumbleOver() throws IOException {
    sendExamAndTable();
    send(Sample.tsv("word\tother\nfine\t\n"), "w.tsv");
    String words = "{\"method\": \"synonyms\", \"words_file\": \"%s\"}";

    awaitPreview(
            body(
                ALL_TRAIN,
                source("t.tsv", "text_classification", words.formatted("w.tsv")),
                source("t.tsv", "auto", "{\"method\": \"shuffle_options\"}")),
            400,
            "")
        .body(
            "error.errors.field",
            Matchers.contains("sources[0].augment[0].words_file", "sources[1].augment[0].method"))
        .body("error.message", Matchers.containsString("'w.tsv' has no word with a synonym"))
        .body("error.message", Matchers.containsString("shuffle_options is for the recipe exam"));
    preview(
            body(ALL_TRAIN, source("t.tsv", "text_classification", words.formatted("none.tsv"))),
            "")
        .statusCode(404)
        .body("error.code", Matchers.is("source_missing"))
        .body("error.param", Matchers.is("sources[0].augment[0].words_file"));
  }

  private void sendExamAndTable() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, "file-e-" + run, "e.xlsx", 20, null));
    send(
        Sample.tsv(
            "text\tlabel\n"
                + IntStream.range(0, 12)
                    .mapToObj(
                        i ->
                            i % 3 == 1
                                ? "a long day %d\tno".formatted(i)
                                : "a fine day %d\tyes".formatted(i))
                    .collect(Collectors.joining("\n"))),
        "t.tsv");
  }

  private void send(Sample sample, String name) throws IOException {
    mesh.tell(run, sample.parsed(blobs, "file-" + UUID.randomUUID(), name));
  }

  private String body(String more, String... sources) {
    return "{\"run\": \"%s\", %s, \"sources\": [%s]}"
        .formatted(run, more, String.join(", ", sources));
  }

  private static String source(String file, String recipe, String augment) {
    return "{\"file\": \"%s\", \"recipe\": \"%s\", \"augment\": [%s]}"
        .formatted(file, recipe, augment);
  }

  private long asked() throws SQLException {
    try (var connection = database.getConnection();
        var count = connection.createStatement();
        var rows = count.executeQuery("SELECT count(*) FROM generation")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
