package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.awaitPreview;
import static io.tunemesh.dataset.Client.json;
import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static io.tunemesh.dataset.Client.preview;
import static io.tunemesh.dataset.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Sources of several recipes in one dataset, looked at before it is built and after. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class MixedSourcesTest {

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();

  @Test
  void buildsOneDatasetOfSourcesOfSeveralRecipes() throws IOException {
    sendFourSources();

    post(fourSources()).statusCode(202);

    DatasetBuilt built = mesh.built(run);
    assertThat(built.task()).isEqualTo("sft");
    assertThat(built.format()).isNull();
    assertThat(built.rowsIn()).isEqualTo(86);
    assertThat(built.rowsKept()).isEqualTo(72);
    assertThat(built.rowsRefused()).isEqualTo(14);

    String path = "/v1/datasets/" + built.datasetId();
    List<JsonNode> examples = pages(path + "/examples", 20);
    assertThat(examples.stream().map(e -> e.get("recipe").asText()))
        .containsOnly("exam", "sharegpt", "text_classification", "role_dialogue");
    JsonNode exam = first(examples, "exam");
    assertThat(exam.at("/items/0/options/B").asText()).isEqualTo("A sunny day");
    assertThat(exam.has("structure")).isFalse();
    JsonNode chat = first(examples, "sharegpt");
    assertThat(chat.get("messages")).hasSize(4);
    assertThat(chat.at("/messages/0").has("weight")).isFalse();
    JsonNode label = first(examples, "text_classification");
    assertThat(label.at("/structure/label").asText()).isEqualTo("好");
    assertThat(label.at("/lineage/columns/label/letter").asText()).isEqualTo("B");
    JsonNode said = first(examples, "role_dialogue");
    assertThat(said.at("/structure/answer").asText()).isEqualTo("答0");
    assertThat(said.at("/lineage/first_row").asInt()).isEqualTo(1);
    assertThat(said.at("/lineage/row").asInt()).isEqualTo(2);

    List<JsonNode> refused = pages(path + "/refused", 20);
    assertThat(refused).hasSize(14);
    assertThat(refused.stream().filter(r -> r.get("code").asText().equals("filtered")))
        .hasSize(10)
        .allSatisfy(r -> assertThat(r.get("cell").asText()).startsWith("C"));

    JsonNode manifest = Json.MAPPER.readTree(text(blobs, built.manifest()));
    assertThat(manifest.at("/sources/2/labels").size()).isEqualTo(2);
    key(MeshResource.KEY).get(path).then().body("task", Matchers.is("sft"));
  }

  @Test
  void showsWhatADatasetWouldBeWithoutStoringAny() throws IOException {
    sendFourSources();

    JsonNode preview = json(awaitPreview(fourSources(), 200, "?limit=3"));

    assertThat(preview.get("object").asText()).isEqualTo("dataset.preview");
    assertThat(preview.get("task").asText()).isEqualTo("sft");
    assertThat(preview.at("/sources").findValuesAsText("recipe"))
        .containsExactly("exam", "sharegpt", "text_classification", "role_dialogue");
    List<JsonNode> examples = preview.get("examples").valueStream().toList();
    assertThat(examples).hasSize(12);
    assertThat(first(examples, "text_classification").at("/messages/0/content").asText())
        .contains("可选的类别：好, 坏");
    assertThat(first(examples, "exam").at("/lineage/row").asInt()).isEqualTo(2);
    JsonNode labels = preview.at("/sources/2");
    assertThat(labels.get("rows_read").asLong())
        .isEqualTo(labels.get("rows_kept").asLong() + labels.get("rows_refused").asLong());
    assertThat(labels.at("/refusals/filtered").asLong()).isPositive();
    key(MeshResource.KEY).get("/v1/datasets?run=" + run).then().body("data.size()", Matchers.is(0));
    assertThat(mesh.facts(run, Duration.ofSeconds(2))).isEmpty();
  }

  @Test
  void tellsInAPreviewWhatABuildWouldStumbleOver() throws IOException {
    UploadParsed prices =
        Sample.tsv("name\tprice\ntea\t3\n").parsed(blobs, "file-p-" + run, "prices.tsv");
    mesh.tell(run, prices);

    awaitPreview(source("prices.tsv", "\"recipe\": \"alpaca\""), 400, "")
        .body("error.errors.field", Matchers.hasItem("sources[0].columns"))
        .body("error.message", Matchers.containsString("'name' (A), 'price' (B)"));
    preview(source("prices.tsv", "\"recipe\": \"auto\""), "")
        .statusCode(400)
        .body("error.errors.field", Matchers.hasItem("sources[0].recipe"));
    preview(source("prices.tsv", "\"recipe\": \"knowledge\""), "")
        .statusCode(400)
        .body("error.message", Matchers.containsString("nothing is trained on it"));
    preview(source("nowhere.tsv", "\"recipe\": \"alpaca\""), "")
        .statusCode(404)
        .body("error.code", Matchers.is("source_missing"));
    preview(
            "{\"run\": \"%s\", \"sources\": [{\"file\": \"a.tsv\"}, {\"file\": \"b.tsv\"}]}"
                .formatted(run),
            "")
        .statusCode(404)
        .body("error.errors.field", Matchers.contains("sources[0].file", "sources[1].file"));
    post(
            MeshResource.OTHER_KEY,
            "/v1/datasets/preview",
            source("prices.tsv", "\"recipe\": \"alpaca\""))
        .statusCode(404);
    preview(source("prices.tsv", "\"recipe\": \"alpaca\""), "?limit=51").statusCode(400);
    preview("{\"sources\": []}", "").statusCode(400);
  }

  @Test
  void refusesAtOnceWhatDoesNotFitFilesThatWereRead() throws IOException {
    mesh.tell(
        run, Sample.tsv("name\tprice\ntea\t3\n").parsed(blobs, "file-p-" + run, "prices.tsv"));
    mesh.awaitUpload("file-p-" + run, "PARSED");
    String filter = "\"filters\": [{\"column\": \"%s\", \"test\": \"not_empty\"}]";
    String body =
        "{\"run\": \"%s\", \"sources\": [{\"file\": \"prices.tsv\", \"recipe\": \"alpaca\", %s},"
            + " {\"file\": \"prices.tsv\", %s}, {\"file\": \"later.tsv\"}]}";

    post(body.formatted(run, filter.formatted("year"), filter.formatted("name")))
        .statusCode(400)
        .body(
            "error.errors.field",
            Matchers.contains(
                "sources[0].columns", "sources[0].filters[0].column", "sources[1].recipe"));
    key(MeshResource.KEY).get("/v1/datasets?run=" + run).then().body("data.size()", Matchers.is(0));
  }

  @Test
  void saysInAPreviewThatASourceIsNotReadYetOrCannotBe() {
    BlobRef content = new BlobRef("uploads/x/content", null, null);
    String waiting = "file-w-" + run;
    mesh.tell(run, new UploadReceived(waiting, "w.tsv", "fine-tune", content, null, null));
    mesh.tell(
        run,
        new UploadRejected("file-b-" + run, "b.tsv", "encrypted", "100% locked", null, null, null));

    awaitPreview(source("w.tsv", "\"recipe\": \"alpaca\""), 409, "")
        .body("error.code", Matchers.is("source_not_parsed"));
    awaitPreview(source("b.tsv", "\"recipe\": \"alpaca\""), 409, "")
        .body("error.code", Matchers.is("source_rejected"))
        .body("error.message", Matchers.containsString("100% locked"));
  }

  @Test
  void rejectsAPlanThatTrainsOnKnowledge() throws IOException {
    UploadParsed document =
        Sample.keyed("pdf", "{\"heading\": \"a\", \"text\": \"b\"}")
            .parsed(blobs, "file-d-" + run, "d.pdf");
    mesh.tell(run, document);

    Source auto = new Source("d.pdf", "auto", null, null, null, null, null);
    Plan plan = new Plan(new DatasetSpec(null, List.of(auto), null), null, null);
    mesh.tell(run, new DatasetRequested("ds-" + run, plan));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("recipe_unclear");
    assertThat(rejected.reason()).contains("knowledge for retrieval");
    assertThat(rejected.where().field()).isEqualTo("dataset.sources[0].recipe");
  }

  private void sendFourSources() throws IOException {
    mesh.tell(run, Workbooks.withARefusedRow(blobs, "file-e-" + run, "exam.xlsx", 20, null));
    String chat =
        "{\"conversations\": [{\"from\": \"human\", \"value\": \"q%1$d\"}, {\"from\": \"gpt\","
            + " \"value\": \"a%1$d\"}, {\"from\": \"human\", \"value\": \"r%1$d\"}, {\"from\":"
            + " \"gpt\", \"value\": \"b%1$d\"}]}";
    send(Sample.jsonl(lines(20, chat) + "\n{\"conversations\": []}"), "file-s-", "chats.jsonl");
    send(
        Sample.tsv(
            "文本\t标签\t年份\n"
                + IntStream.range(0, 30)
                    .mapToObj(i -> "片子%d\t%s\t%d".formatted(i, i % 2 == 0 ? "好" : "坏", 1990 + i))
                    .collect(Collectors.joining("\n"))),
        "file-l-",
        "labels.tsv");
    String pair =
        "{\"speaker\": \"甲\", \"text\": \"问%1$d\"}\n{\"speaker\": \"乙\", \"text\": \"答%1$d\"}";
    send(
        Sample.keyed(
            "script",
            lines(6, pair) + "\n{\"speaker\": \"甲\", \"text\": \"完\"}\n{\"text\": \"落幕\"}"),
        "file-r-",
        "play.txt");
  }

  private void send(Sample sample, String id, String name) throws IOException {
    mesh.tell(run, sample.parsed(blobs, id + run, name));
  }

  private String fourSources() {
    return """
    {"run": "%s", "sources": [
      {"file": "exam.xlsx", "recipe": "exam"},
      {"file": "chats.jsonl"},
      {"file": "labels.tsv", "settings": {"labels": "好, 坏"},
       "filters": [{"column": "年份", "test": "at_least", "value": 2000}]},
      {"file": "play.txt", "recipe": "role_dialogue", "settings": {"role": "乙"}}]}
    """
        .formatted(run);
  }

  private String source(String file, String more) {
    return "{\"run\": \"%s\", \"sources\": [{\"file\": \"%s\", %s}]}".formatted(run, file, more);
  }

  private static String lines(int count, String format) {
    return IntStream.range(0, count)
        .mapToObj(i -> format.formatted(i))
        .collect(Collectors.joining("\n"));
  }

  private static JsonNode first(List<JsonNode> examples, String recipe) {
    return examples.stream()
        .filter(example -> example.get("recipe").asText().equals(recipe))
        .findFirst()
        .orElseThrow();
  }
}
