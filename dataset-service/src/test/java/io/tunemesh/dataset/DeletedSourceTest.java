package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.awaitPreview;
import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** What becomes of datasets whose upload is deleted, whenever that is, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DeletedSourceTest {

  private static final Duration QUIET = Duration.ofSeconds(2);

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String file = "file-e-" + UUID.randomUUID();
  private final String other = "file-o-" + UUID.randomUUID();

  @Test
  void rejectsADatasetThatStillWaitsForAnotherFile() throws IOException {
    UploadParsed parsed = parsed();
    String id = ask(file, other);
    awaitWaiting(id, other);

    delete(parsed);

    isLost(mesh.rejected(run));
    mesh.tell(run, Workbooks.english(blobs, other, "o.xlsx", 20, null));
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void takesTheNextFileOfTheNameThatADatasetWaitsWith() throws IOException {
    UploadParsed parsed = parsed();
    String id = ask("e.xlsx", other);
    awaitWaiting(id, other);

    delete(parsed);
    awaitWaiting(id, "e.xlsx", other);
    mesh.tell(run, Workbooks.english(blobs, other, "o.xlsx", 20, null));
    awaitWaiting(id, "e.xlsx");
    String next = "file-n-" + UUID.randomUUID();
    mesh.tell(run, Workbooks.english(blobs, next, "e.xlsx", 30, null));

    assertThat(mesh.built(run).rowsKept()).isEqualTo(50);
  }

  @Test
  void forgetsARejectedFileThatWasReplacedBeforeTheDeletion() throws IOException {
    String broken = "file-b-" + UUID.randomUUID();
    mesh.tell(
        run,
        new UploadRejected(
            broken, "e.xlsx", "unreadable", "no zip", Where.file("e.xlsx"), null, null));
    mesh.awaitUpload(broken, "REJECTED");
    UploadParsed parsed = parsed();
    mesh.awaitUpload(file, "PARSED");
    String id = ask("e.xlsx", other);
    awaitWaiting(id, other);

    delete(parsed);

    awaitWaiting(id, "e.xlsx", other);
  }

  @Test
  void rejectsAtOnceWhatAsksForADeletedFileByItsId() throws IOException {
    delete(parsed());
    awaitDeleted();

    post(body(file))
        .statusCode(202)
        .body("status", Matchers.is("rejected"))
        .body("error.code", Matchers.is("source_lost"))
        .body("error.where.file", Matchers.is("e.xlsx"));

    isLost(mesh.rejected(run));
    awaitPreview(body(file), 409, "")
        .body("error.code", Matchers.is("source_lost"))
        .body("error.param", Matchers.is("sources[0].file"))
        .body("error.message", Matchers.containsString("upload it again"));
  }

  @Test
  void waitsForAnotherOfItsNameWhereADeletedFileIsAskedForByName() throws IOException {
    delete(parsed());
    awaitDeleted();

    awaitWaiting(ask("e.xlsx"), "e.xlsx");
  }

  @Test
  void rejectsADatasetWhoseFileIsDeletedBeforeItWasRead() {
    String id = ask(file);
    awaitWaiting(id, file);

    String reason = "The file was deleted before it was read; upload it again.";
    mesh.tell(
        run,
        new UploadRejected(file, "e.xlsx", "deleted", reason, Where.file("e.xlsx"), null, null));
    mesh.tell(run, new UploadDeleted(file, "e.xlsx"));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("source_rejected");
    assertThat(rejected.reason()).contains("e.xlsx", reason);
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void saysInAPreviewThatTheRowsAreGoneBeforeThatIsTold() throws IOException {
    UploadParsed parsed = parsed();
    awaitPreview(body(file), 200, "");
    blobs.delete(parsed.records().key());

    awaitPreview(body(file), 409, "").body("error.code", Matchers.is("source_lost"));
  }

  @Test
  void keepsWhatWasBuiltOfIt() throws IOException {
    UploadParsed parsed = Workbooks.english(blobs, file, "e.xlsx", 20, new Plan(null, null, null));
    mesh.tell(run, parsed);
    String id = mesh.built(run).datasetId();

    delete(parsed);
    awaitDeleted();

    assertThat(mesh.facts(run, QUIET)).hasSize(1);
    key(MeshResource.KEY).get("/v1/datasets/" + id).then().body("status", Matchers.is("built"));
    assertThat(pages("/v1/datasets/" + id + "/examples", 20)).hasSize(20);
  }

  private static void isLost(DatasetRejected rejected) {
    assertThat(rejected.code()).isEqualTo("source_lost");
    assertThat(rejected.reason()).contains("'e.xlsx'", "was deleted; upload it again");
    assertThat(rejected.where()).isEqualTo(Where.file("e.xlsx"));
  }

  private UploadParsed parsed() throws IOException {
    UploadParsed parsed = Workbooks.english(blobs, file, "e.xlsx", 20, null);
    mesh.tell(run, parsed);
    return parsed;
  }

  private void delete(UploadParsed parsed) throws IOException {
    mesh.tell(run, new UploadDeleted(file, "e.xlsx"));
    blobs.delete(parsed.records().key());
  }

  private void awaitDeleted() {
    mesh.awaitUpload(file, "DELETED");
  }

  private String ask(String... files) {
    return post(body(files)).statusCode(202).extract().path("id");
  }

  private String body(String... files) {
    List<String> sources = List.of(files).stream().map("{\"file\": \"%s\"}"::formatted).toList();
    return "{\"run\": \"%s\", \"sources\": [%s]}".formatted(run, String.join(", ", sources));
  }

  private static void awaitWaiting(String id, String... names) {
    await()
        .atMost(Mesh.PATIENCE)
        .until(
            () ->
                key(MeshResource.KEY)
                    .get("/v1/datasets/" + id)
                    .then()
                    .statusCode(200)
                    .body("status", Matchers.is("waiting"))
                    .extract()
                    .path("waiting_for"),
            Matchers.is(List.of(names)));
  }
}
