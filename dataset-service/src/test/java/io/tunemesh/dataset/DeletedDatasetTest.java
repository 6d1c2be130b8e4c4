package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetEvent;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** What becomes of a dataset that its owner deletes, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DeletedDatasetTest {

  private static final Duration QUIET = Duration.ofSeconds(2);

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String file = "file-e-" + UUID.randomUUID();

  @Test
  void takesABuiltDatasetAwayWithAllThatIsMadeOfIt() throws IOException {
    String id = built();
    assertThat(blobs.list("datasets/acme/" + id)).isNotEmpty();
    delete(MeshResource.OTHER_KEY, id).statusCode(404);

    delete(MeshResource.KEY, id)
        .statusCode(200)
        .body("id", Matchers.is(id))
        .body("object", Matchers.is("dataset"))
        .body("deleted", Matchers.is(true));

    delete(MeshResource.KEY, id).statusCode(404);
    for (String path : List.of("", "/examples", "/refused", "/files/train", "/report")) {
      key(MeshResource.KEY).get("/v1/datasets/" + id + path).then().statusCode(404);
    }
    assertThat(pages("/v1/datasets?run=" + run, 20)).isEmpty();
    key(MeshResource.KEY).get("/v1/datasets?limit=1&after=" + id).then().statusCode(200);
    key(MeshResource.KEY)
        .get("/v1/datasets/lineage?file=" + file + "&row=2")
        .then()
        .statusCode(200)
        .body("data.size()", Matchers.is(0));
    assertThat(mesh.facts(run, 2, QUIET).getLast()).isEqualTo(new DatasetDeleted(id, null));
    await().atMost(Mesh.PATIENCE).until(() -> blobs.list("datasets/acme/" + id).isEmpty());
  }

  @Test
  void tellsWhoeverWaitsForADatasetThatItWillNotBe() throws IOException {
    String id = ask().statusCode(202).extract().path("id");

    delete(MeshResource.KEY, id).statusCode(200);

    List<DatasetEvent> facts = mesh.facts(run, 2, QUIET);
    assertThat(((DatasetRejected) facts.getFirst()).code()).isEqualTo("dataset_deleted");
    assertThat(facts.getLast()).isEqualTo(new DatasetDeleted(id, null));
    mesh.tell(run, Workbooks.english(blobs, file, "e.xlsx", 20, null));
    mesh.awaitUpload(file, "PARSED");
    assertThat(mesh.facts(run, QUIET)).as("it is not built").hasSize(2);
  }

  @Test
  void doesNotMakeADeletedDatasetAgain() throws IOException {
    String id = built();
    delete(MeshResource.KEY, id).statusCode(200);

    ask()
        .statusCode(400)
        .body("error.code", Matchers.is("dataset_deleted"))
        .body("error.param", Matchers.is("run"));
    String other = Mesh.newRun();
    Plan plan = new Plan(ExamplePlans.oneFile(file), null, null);
    mesh.tell(other, new DatasetRequested(id, plan));

    DatasetRejected rejected = mesh.rejected(other);
    assertThat(rejected.code()).isEqualTo("dataset_deleted");
    assertThat(rejected.reason()).contains(id, "another id");
  }

  @Test
  void tellsAFileThatComesWithThePlanOfADeletedDatasetOnce() throws IOException {
    Plan plan = new Plan(ExamplePlans.oneFile("e.xlsx"), null, null);
    mesh.tell(run, Workbooks.english(blobs, file, "e.xlsx", 20, plan));
    String id = mesh.built(run).datasetId();
    delete(MeshResource.KEY, id).statusCode(200);

    UploadParsed late = Workbooks.english(blobs, file + "-2", "e.xlsx", 20, plan);
    mesh.tell(run, late);
    mesh.tell(run, late);

    List<DatasetEvent> facts = mesh.facts(run, 3, QUIET);
    assertThat(facts).hasSize(3);
    DatasetRejected rejected = (DatasetRejected) facts.getLast();
    assertThat(rejected.datasetId()).isNotEqualTo(id);
    assertThat(rejected.code()).isEqualTo("dataset_deleted");
    assertThat(rejected.reason()).contains(id, run, "a run of its own");
    assertThat(rejected.where()).isEqualTo(Where.field("run"));
  }

  private String built() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, file, "e.xlsx", 20, null));
    ask();
    return mesh.built(run).datasetId();
  }

  private ValidatableResponse ask() {
    return post("{\"run\": \"%s\", \"sources\": [{\"file\": \"%s\"}]}".formatted(run, file));
  }

  private static ValidatableResponse delete(String key, String id) {
    return key(key).delete("/v1/datasets/" + id).then();
  }
}
