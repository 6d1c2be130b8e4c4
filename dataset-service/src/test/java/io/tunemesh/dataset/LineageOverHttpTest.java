package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.json;
import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** From an example to its cells, and from a cell to its examples, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class LineageOverHttpTest {

  private static final Plan PLAN = new Plan(null, null, null);

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String file = "file-l-" + UUID.randomUUID();

  @Test
  void leadsFromAWorkbooksCellToItsExampleAndBack() throws IOException {
    mesh.tell(run, Workbooks.withARefusedRow(blobs, file, "e.xlsx", 25, PLAN));
    String id = built();

    JsonNode found = lineage("&sheet=Sheet1&row=5&column=B");
    JsonNode dataset = found.at("/data/0");
    assertThat(found.at("/cell/cells/0/text").asText()).contains("What is the story about?");
    assertThat(found.at("/cell/header").asText()).isEqualTo("questions");
    assertThat(dataset.get("dataset_id").asText()).isEqualTo(id);
    assertThat(dataset.get("examples")).hasSize(1);
    assertThat(dataset.get("refusals")).isEmpty();
    assertThat(found.at("/onwards/0/event").asText()).isEqualTo("TrainingQueued");

    String example = dataset.at("/examples/0/id").asText();
    JsonNode back =
        json(key(MeshResource.KEY).get("/v1/datasets/" + id + "/examples/" + example).then());
    assertThat(back.at("/example/id").asText()).isEqualTo(example);
    assertThat(back.at("/example/messages/0/role").asText()).isEqualTo("user");
    assertThat(back.at("/source/rows/0/row").asInt()).isEqualTo(5);
    assertThat(back.at("/source/rows/0/cells").findValuesAsText("cell"))
        .containsExactlyInAnyOrder("A5", "B5", "C5");
    assertThat(back.at("/source/rows/0/cells").findValuesAsText("text")).contains("21. A 22. C");
  }

  @Test
  void tellsTheRefusalOfARowWhicheverCellIsAskedFor() throws IOException {
    mesh.tell(run, Workbooks.withARefusedRow(blobs, file, "e.xlsx", 25, PLAN));
    built();

    for (String column : List.of("", "&column=A", "&column=answers")) {
      JsonNode dataset = lineage("&row=27" + column).at("/data/0");
      assertThat(dataset.get("examples")).isEmpty();
      assertThat(dataset.at("/refusals/0/cell").asText()).isEqualTo("C27");
      assertThat(dataset.has("note")).isFalse();
    }
    assertThat(lineage("&row=400").at("/data/0/note").asText()).contains("nothing of this row");
    assertThat(lineage("&row=400").at("/cell/cells")).isEmpty();
  }

  @Test
  void leavesOutExamplesThatDoNotUseTheColumn() throws IOException {
    mesh.tell(
        run,
        Sample.tsv(
                "text\tlabel\tyear\n"
                    + IntStream.range(0, 30)
                        .mapToObj(i -> "film %d\t%s\t1990".formatted(i, i % 2 == 0 ? "x" : "y"))
                        .collect(Collectors.joining("\n")))
            .parsed(blobs, file, "l.tsv"));
    post(source("l.tsv", "\"recipe\": \"text_classification\"")).statusCode(202);
    built();

    assertThat(lineage("&row=3&column=A").at("/data/0/examples")).hasSize(1);
    assertThat(lineage("&row=3&column=year").at("/data/0/examples")).isEmpty();
    assertThat(lineage("&row=3&column=year").at("/cell/cells/0/text").asText()).isEqualTo("1990");
    assertThat(lineage("&row=3").at("/data/0/examples")).hasSize(1);
  }

  @Test
  void followsTheRowsOfADialogue() throws IOException {
    String lines =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    "{\"speaker\": \"%s\", \"text\": \"line %d\"}"
                        .formatted(i % 2 == 0 ? "Anna" : "Bert", i))
            .collect(Collectors.joining("\n"));
    mesh.tell(run, Sample.keyed("script", lines).parsed(blobs, file, "play.txt"));
    post(source(
            "play.txt",
            "\"recipe\": \"role_dialogue\", \"settings\": {\"role\": \"Bert\", \"history\":"
                + " 2}"))
        .statusCode(202);
    String id = built();

    JsonNode examples = lineage("&row=7").at("/data/0/examples");
    assertThat(examples.findValuesAsText("row")).containsExactly("8", "10", "12");
    assertThat(lineage("&row=8").at("/data/0/examples")).isEqualTo(examples);

    JsonNode source =
        json(key(MeshResource.KEY)
                .get("/v1/datasets/" + id + "/examples/" + examples.get(0).get("id").asText())
                .then())
            .get("source");
    assertThat(source.get("first_row").asInt()).as("that of its history").isEqualTo(3);
    assertThat(source.get("rows")).hasSize(6);
    assertThat(source.at("/rows/0/cells").findValuesAsText("text")).contains("line 2");
    assertThat(source.at("/rows/5/cells").findValuesAsText("text")).contains("line 7");
  }

  @Test
  void tellsTheFilesOfAnArchiveApart() throws IOException {
    mesh.tell(run, archive());
    post(source("all.zip", "\"recipe\": \"text_classification\"")).statusCode(202);
    String id = built();

    JsonNode one = lineage("&sheet=a/one.csv&row=4");
    JsonNode two = lineage("&sheet=b/two.csv&row=4");

    assertThat(one.at("/cell/cells").findValuesAsText("text")).contains("a/one.csv text 4");
    assertThat(two.at("/data/0/examples/0/lineage/sheet").asText()).isEqualTo("b/two.csv");
    assertThat(one.at("/data/0/examples/0/id")).isNotEqualTo(two.at("/data/0/examples/0/id"));
    assertThat(
            json(key(MeshResource.KEY)
                    .get(
                        "/v1/datasets/%s/examples/%s"
                            .formatted(id, two.at("/data/0/examples/0/id").asText()))
                    .then())
                .at("/source/rows/0/cells")
                .findValuesAsText("text"))
        .contains("b/two.csv text 4");
    ask("&row=4")
        .statusCode(400)
        .body("error.code", Matchers.is("sheet_unknown"))
        .body("error.message", Matchers.containsString("'a/one.csv', 'b/two.csv'"));
  }

  @Test
  void pagesThroughAllDatasetsOfAFileTheNewestFirst() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, file, "e.xlsx", 12, PLAN));
    Set<String> all = new HashSet<>(Set.of(built()));
    for (int i = 0; i < 4; i++) {
      String own = Mesh.newRun();
      String body =
          "{\"run\": \"%s\", \"sources\": [{\"file\": \"%s\"}, {\"file\": \"%s\", \"limit\": 1}]}";
      post(body.formatted(own, file, file)).statusCode(202);
      all.add(mesh.built(own).datasetId());
    }

    Set<String> found = new HashSet<>();
    String after = "";
    JsonNode page;
    do {
      page = lineage("&row=2&limit=2" + after);
      assertThat(page.get("data").size()).isBetween(1, 2);
      page.get("data").forEach(d -> assertThat(found.add(d.get("dataset_id").asText())).isTrue());
      after = "&after=" + page.get("last_id").asText();
    } while (page.get("has_more").asBoolean());
    assertThat(found).isEqualTo(all);
  }

  @Test
  void refusesWhatCannotBeAskedAndHidesWhatIsAnothers() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, file, "e.xlsx", 20, PLAN));
    String id = built();
    String example = pages("/v1/datasets/" + id + "/examples", 20).getFirst().get("id").asText();

    ask("").statusCode(400).body("error.code", Matchers.is("row_invalid"));
    ask("&row=0").statusCode(400).body("error.param", Matchers.is("row"));
    ask("&row=2&column=Z")
        .statusCode(400)
        .body("error.message", Matchers.containsString("'B (questions)'"));
    ask("&row=2&sheet=Nowhere")
        .statusCode(400)
        .body("error.message", Matchers.containsString("'Sheet1'"));
    key(MeshResource.KEY).get("/v1/datasets/lineage?row=2").then().statusCode(400);
    key(MeshResource.KEY).get("/v1/datasets/lineage?file=file-none&row=2").then().statusCode(404);
    key(MeshResource.OTHER_KEY)
        .get("/v1/datasets/lineage?row=2&file=" + file)
        .then()
        .statusCode(404);
    String path = "/v1/datasets/" + id + "/examples/";
    key(MeshResource.OTHER_KEY).get(path + example).then().statusCode(404);
    key(MeshResource.KEY).get(path + "ex-none").then().statusCode(404);
    key(MeshResource.KEY).get(path + example).then().statusCode(200);
  }

  @Test
  void stillTellsTheExamplesWhenTheRecordsAreGone() throws IOException {
    UploadParsed book = Workbooks.english(blobs, file, "e.xlsx", 20, PLAN);
    mesh.tell(run, book);
    String id = built();

    blobs.delete(book.records().key());

    JsonNode found = lineage("&row=5");
    assertThat(found.at("/cell/cells")).isEmpty();
    String example = found.at("/data/0/examples/0/id").asText();
    key(MeshResource.KEY)
        .get("/v1/datasets/" + id + "/examples/" + example)
        .then()
        .statusCode(200)
        .body("source.rows.size()", Matchers.is(0))
        .body("source.note", Matchers.containsString("no more"));
  }

  private UploadParsed archive() throws IOException {
    StringBuilder records = new StringBuilder();
    List<String> names = List.of("a/one.csv", "b/two.csv");
    for (String name : names) {
      for (int row = 2; row < 22; row++) {
        SourceRecord record =
            new SourceRecord(
                name, row, Map.of("text", name + " text " + row, "label", "x" + row % 2));
        records.append(Json.MAPPER.writeValueAsString(record)).append('\n');
      }
    }
    byte[] bytes = records.toString().getBytes(StandardCharsets.UTF_8);
    BlobRef ref = blobs.put("uploads/" + file + "/records.jsonl", new ByteArrayInputStream(bytes));
    List<Column> columns = List.of(new Column("text", "A"), new Column("label", "B"));
    List<Sheet> sheets = names.stream().map(name -> new Sheet(name, 1, columns, 20)).toList();
    return new UploadParsed(file, "all.zip", "archive", ref, 40, sheets, null, null, null);
  }

  private String source(String name, String more) {
    return "{\"run\": \"%s\", \"sources\": [{\"file\": \"%s\", %s}]}".formatted(run, name, more);
  }

  private String built() {
    return mesh.built(run).datasetId();
  }

  private JsonNode lineage(String query) throws IOException {
    return json(ask(query));
  }

  private ValidatableResponse ask(String query) {
    return key(MeshResource.KEY).get("/v1/datasets/lineage?file=" + file + query).then();
  }
}
