package io.tunemesh.dataset;

import static io.restassured.RestAssured.given;
import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static io.tunemesh.dataset.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Datasets as HTTP clients ask for them and see them, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DatasetOverHttpTest {

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String en = "file-en-" + UUID.randomUUID();

  @Test
  void showsExamplesWithTheirStructureAndLineageAndRefusalsWithTheirCell() throws IOException {
    Plan plan = new Plan(null, null, null);
    mesh.tell(run, Workbooks.withARefusedRow(blobs, en, "english.xlsx", 25, plan));
    String id = mesh.built(run).datasetId();

    List<JsonNode> examples = pages("/v1/datasets/" + id + "/examples", 7);
    assertThat(examples).hasSize(25);
    JsonNode example = examples.get(3);
    assertThat(example.at("/lineage/file").asText()).isEqualTo("english.xlsx");
    assertThat(example.at("/lineage/file_id").asText()).isEqualTo(en);
    assertThat(example.at("/lineage/sheet").asText()).isEqualTo("Sheet1");
    assertThat(example.at("/lineage/row").asInt()).isEqualTo(5);
    assertThat(example.at("/lineage/columns/options/letter").asText()).isEqualTo("B");
    assertThat(example.at("/items/0/number").asInt()).isEqualTo(21);
    assertThat(example.at("/items/0/answer").asText()).isEqualTo("A");
    assertThat(example.at("/items/1/options/C").asText()).isEqualTo("Dry weather");
    assertThat(example.at("/language").asText()).isEqualTo("en");

    List<JsonNode> refused = pages("/v1/datasets/" + id + "/refused", 7);
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().get("cell").asText()).isEqualTo("C27");
    assertThat(refused.getFirst().get("header").asText()).isEqualTo("answers");
    assertThat(refused.getFirst().get("code").asText()).isEqualTo("empty_cell");
    assertThat(refused.getFirst().get("reason").asText()).isNotBlank();

    long bySplit = 0;
    for (String split : List.of("train", "validation", "test")) {
      bySplit += pages("/v1/datasets/" + id + "/examples?split=" + split, 7).size();
    }
    assertThat(bySplit).isEqualTo(25);
  }

  @Test
  void streamsItsFilesAndTellsThemInTheManifest() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, en, "e.xlsx", 40, new Plan(null, null, null)));
    DatasetBuilt built = mesh.built(run);
    String files = "/v1/datasets/" + built.datasetId() + "/files/";

    JsonNode manifest = Json.MAPPER.readTree(text(blobs, built.manifest()));
    assertThat(manifest.at("/parts/train/sha256").asText())
        .isEqualTo(built.train().lines().sha256());
    assertThat(manifest.at("/rows/in").asLong())
        .isEqualTo(manifest.at("/rows/kept").asLong() + manifest.at("/rows/refused").asLong());
    assertThat(manifest.at("/templates/0/sha256").asText()).hasSize(64);
    assertThat(manifest.at("/sources/0/records").asText()).hasSize(64);
    key(MeshResource.KEY)
        .get(files + "train")
        .then()
        .statusCode(200)
        .header("Content-Length", String.valueOf(built.train().lines().bytes()))
        .body(Matchers.equalTo(text(blobs, built.train().lines())));
    key(MeshResource.KEY).get(files + "manifest").then().statusCode(200);
    key(MeshResource.KEY).get(files + "nothing").then().statusCode(404);
  }

  @Test
  void takesARequestOverHttpOnceForARun() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, en, "e.xlsx", 20, null));
    String body =
        "{\"name\": \"mine\", \"sources\": [{\"file\": \"e.xlsx\"}], \"run\": \"%s\","
                .formatted(run)
            + " \"serve\": {\"enabled\": false}}";

    String id = post(body).statusCode(202).extract().path("id");
    assertThat(post(body).statusCode(200).extract().<String>path("id")).isEqualTo(id);
    post(body.replace("mine", "other")).statusCode(409);

    DatasetBuilt built = mesh.built(run);
    assertThat(built.datasetId()).isEqualTo(id);
    assertThat(built.plan().serve().enabled()).isFalse();
  }

  @Test
  void refusesARequestWithEveryMistakeAtOnce() {
    List<String> fields =
        post("{\"sources\": [{\"file\": \"e.xlsx\", \"repeat\": 0, \"recipe\":"
                + " \"role_dialogue\"}], \"colour\": 1}")
            .statusCode(400)
            .extract()
            .path("error.errors.field");

    assertThat(fields)
        .contains("sources[0].repeat", "colour", "sources[0].file", "sources[0].settings.role");
    post("{\"sources\": [{\"file\": \"e.xlsx\"}]}")
        .statusCode(400)
        .body("error.message", Matchers.containsString("give the id"));
    post("[]").statusCode(400);
    post("{").statusCode(400);
  }

  @Test
  void hidesADatasetAndItsSourcesFromOtherTenants() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, en, "e.xlsx", 20, new Plan(null, null, null)));
    String id = mesh.built(run).datasetId();

    for (String path : List.of("", "/examples", "/refused", "/files/train")) {
      key(MeshResource.OTHER_KEY).get("/v1/datasets/" + id + path).then().statusCode(404);
      key(MeshResource.KEY).get("/v1/datasets/" + id + path).then().statusCode(200);
    }
    key(MeshResource.OTHER_KEY)
        .get("/v1/datasets?run=" + run)
        .then()
        .body("data.size()", Matchers.is(0));
    given().get("/v1/datasets/" + id).then().statusCode(401);

    String stolen =
        post(MeshResource.OTHER_KEY, "/v1/datasets", "{\"sources\": [{\"file\": \"" + en + "\"}]}")
            .statusCode(202)
            .extract()
            .path("status");
    assertThat(stolen).isEqualTo("waiting");
  }

  @Test
  void listsPageByPage() throws IOException {
    for (int i = 0; i < 5; i++) {
      post("{\"sources\": [{\"file\": \"file-never-%d\"}]}".formatted(i)).statusCode(202);
    }

    List<JsonNode> newestFirst = pages("/v1/datasets", 2);
    List<JsonNode> oldestFirst = pages("/v1/datasets?order=asc", 3);

    assertThat(ids(newestFirst)).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
    assertThat(ids(oldestFirst).reversed())
        .as("whatever becomes of one meanwhile")
        .isEqualTo(ids(newestFirst));
  }

  private static List<String> ids(List<JsonNode> datasets) {
    return datasets.stream().map(dataset -> dataset.get("id").asText()).toList();
  }
}
