package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.awaitPreview;
import static io.tunemesh.dataset.Client.json;
import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Token counts as HTTP clients see them, with the starter model, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class TokensOverHttpTest {

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String en = "file-en-" + UUID.randomUUID();

  @Test
  void listsTheExamplesThatTrainingWouldCutOff() throws IOException {
    String id = built("\"training\": {\"model\": \"tunemesh-starter\", \"cutoff_len\": 60}");

    List<JsonNode> cut = pages("/v1/datasets/" + id + "/examples?cut_off=true", 7);
    List<JsonNode> all = pages("/v1/datasets/" + id + "/examples", 7);
    JsonNode tokens = tokens(id);

    assertThat(all).hasSize(20).allSatisfy(e -> assertThat(e.at("/tokens/total").isInt()).isTrue());
    assertThat(cut)
        .hasSize(tokens.at("/cut_off/examples").asInt())
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.at("/tokens/total").asInt()).isGreaterThan(60));
    assertThat(tokens.get("cutoff_len").asInt()).isEqualTo(60);
    assertThat(tokens.at("/lengths/examples").asInt()).isEqualTo(20);
    assertThat(tokens.at("/cut_off/first/0/file").asText()).isEqualTo("e.xlsx");
    key(MeshResource.KEY)
        .get("/v1/datasets/" + id + "/examples?cut_off=perhaps")
        .then()
        .statusCode(400);
  }

  @Test
  void tellsWhyItCannotListThemWhereNothingWasCounted() throws IOException {
    String id = built("\"training\": {\"model\": \"elsewhere\"}");

    assertThat(tokens(id).get("absent").asText()).contains("'elsewhere' is not among");
    key(MeshResource.KEY)
        .get("/v1/datasets/" + id + "/examples?cut_off=true")
        .then()
        .statusCode(409)
        .body(Matchers.containsString("tokens_not_counted"))
        .body(Matchers.containsString("'elsewhere' is not among"));
  }

  @Test
  void tellsTheTokensOfEachExampleInThePreview() throws IOException {
    mesh.send(Mesh.envelope(Mesh.TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 20, null)));
    String body =
        "{\"sources\": [{\"file\": \"%s\"}], \"base_model\": \"tunemesh-starter\"}".formatted(en);
    JsonNode view = json(awaitPreview(body, 200, "?limit=3"));

    assertThat(view.get("examples")).hasSize(3);
    for (JsonNode example : view.get("examples")) {
      assertThat(example.at("/tokens/prompt").asInt()).isPositive();
      assertThat(example.at("/tokens/answer").asInt()).isPositive();
    }
    assertThat(view.at("/tokens/lengths/examples").asInt()).isEqualTo(3);
  }

  @Test
  void refusesTwoBaseModelsAtOnce() {
    post(("{\"sources\": [{\"file\": \"file-1\"}], \"base_model\": \"a\","
            + " \"training\": {\"model\": \"b\"}}"))
        .statusCode(400)
        .body(Matchers.containsString("base_model"))
        .body(Matchers.containsString("'training.model' is 'b'"));
  }

  private String built(String more) throws IOException {
    mesh.send(Mesh.envelope(Mesh.TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 20, null)));
    post("{\"sources\": [{\"file\": \"e.xlsx\"}], \"run\": \"%s\", %s}".formatted(run, more));
    return mesh.built(run).datasetId();
  }

  private static JsonNode tokens(String id) throws IOException {
    return json(key(MeshResource.KEY).get("/v1/datasets/" + id + "/files/manifest").then())
        .get("tokens");
  }
}
