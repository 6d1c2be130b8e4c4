package io.tunemesh.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.training.ExportCancelled;
import io.tunemesh.contract.training.ExportFailed;
import io.tunemesh.contract.training.ExportSucceeded;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.run.Places;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of an export, by the fake exporter, whatever that does. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class ExportsTest {

  @Inject Mesh mesh;
  @Inject AgroalDataSource database;
  @Inject Places places;
  @Inject ExportTools tools;
  @Inject Exports exports;

  private String trained(String script) {
    return mesh.trained(
        "ds-" + UUID.randomUUID(), "{\"steps\": 1, \"export\": %s}".formatted(script));
  }

  private static String address(String job) {
    return "/v1/fine_tuning/jobs/" + job + "/exports";
  }

  private static Response asked(String job, String format) {
    return Mesh.acme().body("{\"format\": \"%s\"}".formatted(format)).post(address(job));
  }

  private static String ask(String job, String format) {
    return asked(job, format).then().statusCode(200).extract().jsonPath().getString("id");
  }

  private static JsonPath ended(String job, String export, String status) {
    String one = address(job) + "/" + export;
    await()
        .atMost(Mesh.PATIENCE)
        .until(() -> List.of("succeeded", "failed").contains(Mesh.get(one).getString("status")));
    JsonPath found = Mesh.get(one);
    assertThat(found.getString("status")).as(found.prettify()).isEqualTo(status);
    return found;
  }

  private JsonPath failure(String script) {
    String job = trained(script);
    String export = ask(job, "merged");
    JsonPath failed = ended(job, export, "failed");
    ExportFailed told = mesh.await1(ExportFailed.class, e -> e.exportId().equals(export));
    assertThat(told.code()).isEqualTo(failed.getString("error.code"));
    assertThat(told.reason()).isEqualTo(failed.getString("error.message"));
    assertThat(failed.getList("files")).isEmpty();
    assertThat(ask(job, "merged")).as("one that failed is asked for anew").isNotEqualTo(export);
    return failed;
  }

  @Test
  void anExportWhoseBaseIsNotHereIsLeftToOtherReplicas() {
    String elsewhere = trained("{}");
    move(elsewhere, "a-base-of-another-replica");
    String left = ask(elsewhere, "merged");
    String other = trained("{}");
    ended(other, ask(other, "merged"), "succeeded");
    assertThat(Mesh.get(address(elsewhere) + "/" + left).getString("status")).isEqualTo("queued");
    assertThat(Mesh.get("/v1/fine_tuning/jobs/" + elsewhere + "/events").getString("data.message"))
        .contains("waits for a replica that has the base a-base-of-another-replica");

    move(elsewhere, "tunemesh-starter");
    ended(elsewhere, left, "succeeded");
  }

  private static void move(String job, String base) {
    QuarkusTransaction.requiringNew()
        .run(() -> TrainingJob.update("model = ?1 WHERE id = ?2", base, job));
  }

  @Test
  void aModelThatItsOwnerDeletesIsExportedNoMore() {
    String job = trained("{}");
    String export = ask(job, "merged");
    ended(job, export, "succeeded");
    AdapterPublished model = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    exports.adapterDeleted("globex", model.adapterId());
    assertThat(ask(job, "merged")).as("nobody else deletes it").isEqualTo(export);

    delete(job);

    await().atMost(Mesh.PATIENCE).until(() -> asked(job, "merged").statusCode() == 400);
    assertThat(asked(job, "merged").jsonPath().getString("error.code"))
        .isEqualTo("adapter_deleted");
    assertThat(asked(job, "merged").jsonPath().getString("error.message"))
        .contains("rerun", "POST /v1/fine_tuning/jobs");
    assertThat(Mesh.get(address(job)).getList("data")).isEmpty();
    for (String gone : List.of("exports/" + export, "loss.svg", "training_summary.json")) {
      assertThat(Mesh.acme().get("/v1/fine_tuning/jobs/" + job + "/" + gone).statusCode())
          .isEqualTo(404);
    }
    Mesh.get("/v1/fine_tuning/jobs/" + job + "/report");
  }

  @Test
  void theExportOfAModelThatIsDeletedMeanwhileIsCancelled() {
    String job = trained("{\"hang\": true}");
    String export = ask(job, "merged");
    String one = address(job) + "/" + export;
    await().atMost(Mesh.PATIENCE).until(() -> Mesh.get(one).getString("status").equals("running"));

    delete(job);

    mesh.await1(ExportCancelled.class, e -> e.exportId().equals(export));
    assertThat(Mesh.acme().get(one).statusCode()).isEqualTo(404);
  }

  private void delete(String job) {
    AdapterPublished model = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    mesh.send(Mesh.envelope(Mesh.TENANT, new AdapterRetired(model.adapterId(), model.model())));
  }

  @Test
  void aModelIsExportedOnceAndItsFilesTakenWholeOrInParts() {
    String job = trained("{}");
    String export = ask(job, "gguf-q8_0");
    assertThat(ask(job, "gguf-q8_0")).as("the same again is the same").isEqualTo(export);
    JsonPath made = ended(job, export, "succeeded");
    assertThat(made.getString("object")).isEqualTo("fine_tuning.job.export");
    assertThat(made.getList("files.name")).containsExactly("config.json", "model.safetensors");
    ExportSucceeded told = mesh.await1(ExportSucceeded.class, e -> e.exportId().equals(export));
    assertThat(told.jobId()).isEqualTo(job);
    assertThat(told.files().getLast().blob().sha256()).isEqualTo(made.getString("files[1].sha256"));
    assertThat(Mesh.get(address(job)).getList("data.id")).containsExactly(export);

    String file = address(job) + "/" + export + "/files/model.safetensors";
    byte[] whole = Mesh.acme().get(file).then().statusCode(200).extract().asByteArray();
    assertThat(whole).hasSize(made.getInt("files[1].bytes"));
    assertThat(Digests.sha256(whole)).isEqualTo(made.getString("files[1].sha256"));
    assertThat(range(file, "bytes=10-19", 206)).isEqualTo(Arrays.copyOfRange(whole, 10, 20));
    assertThat(range(file, "bytes=10000-", 206))
        .isEqualTo(Arrays.copyOfRange(whole, 10000, whole.length));
    assertThat(range(file, "bytes=-7", 206))
        .isEqualTo(Arrays.copyOfRange(whole, whole.length - 7, whole.length));
    assertThat(range(file, "bytes=0-999999", 206)).isEqualTo(whole);
    assertThat(range(file, "bytes=0-1,4-5", 200)).isEqualTo(whole);
    assertThat(new String(range(file, "bytes=10240-", 416))).contains("range_not_satisfiable");
    Response stale =
        Mesh.acme().header("Range", "bytes=0-1").header("If-Range", "\"other\"").get(file);
    assertThat(stale.statusCode()).as("the bytes are others by now").isEqualTo(200);
    String tag = stale.header("ETag");
    Response same = Mesh.acme().header("Range", "bytes=0-1").header("If-Range", tag).get(file);
    assertThat(same.statusCode()).isEqualTo(206);
    assertThat(same.header("Content-Range")).isEqualTo("bytes 0-1/10240");
    assertThat(Mesh.acme().get(file + "x").statusCode()).isEqualTo(404);
  }

  private static byte[] range(String file, String range, int status) {
    return Mesh.acme()
        .header("Range", range)
        .get(file)
        .then()
        .statusCode(status)
        .extract()
        .asByteArray();
  }

  @Test
  void whatCannotBeMergedFailsWithItsReason() {
    JsonPath failed =
        failure("{\"fail\": {\"code\": \"not_mergeable\", \"reason\": \"Use lora.\"}}");
    assertThat(failed.getString("error.code")).isEqualTo("not_mergeable");
    assertThat(failed.getString("error.message")).isEqualTo("Use lora.");
    assertThat(failed.getInt("attempt")).as("it is not tried again").isEqualTo(1);
  }

  @Test
  void aCrashIsTriedAgain() {
    String job = trained("{\"crash\": 1}");
    JsonPath made = ended(job, ask(job, "merged"), "succeeded");
    assertThat(made.getInt("attempt")).isEqualTo(2);
    assertThat(Mesh.get("/v1/fine_tuning/jobs/" + job + "/events").getList("data.message"))
        .anyMatch(message -> message.toString().contains("going down as asked"));
  }

  @Test
  void whatAlwaysCrashesFailsWithTheReason() {
    JsonPath failed = failure("{\"crash\": 9}");
    assertThat(failed.getString("error.code")).isEqualTo("worker_crashed");
    assertThat(failed.getString("error.message"))
        .contains("exit status 139")
        .contains("going down as asked")
        .contains("3 times");
  }

  @Test
  void whatTakesTooLongIsEnded() throws Exception {
    String job = trained("{\"hang\": true}");
    String export = insertRunning(job, 0, "+ interval '1 hour'");
    ExportTools hasty =
        new ExportTools(
            hasty(), tools.run(), tools.ledger(), tools.models(), tools.adapters(), tools.blobs());

    new ExportAttempt(new Claim(export, 7, "elsewhere/1/1"), hasty, () -> false).run();

    assertThat(ended(job, export, "failed").getString("error.code")).isEqualTo("too_slow");
  }

  /** The same configuration with hardly any time. */
  private ExportConfig hasty() {
    return (ExportConfig)
        Proxy.newProxyInstance(
            ExportConfig.class.getClassLoader(),
            new Class<?>[] {ExportConfig.class},
            (proxy, method, given) ->
                method.getName().equals("limit")
                    ? Duration.ofMillis(1)
                    : method.invoke(tools.config(), given));
  }

  @Test
  void filesThatAreNotWhatTheExporterSaysAreNotStored() {
    JsonPath failed = failure("{\"wrong_digest\": true}");
    assertThat(failed.getString("error.code")).isEqualTo("storage");
    assertThat(failure("{\"outside\": true}").getString("error.message"))
        .contains("outside its folder");
    String key =
        "exports/%s/attempts/%d/config.json"
            .formatted(failed.getString("id"), failed.getInt("attempt"));
    assertThat(exists(key)).isFalse();
  }

  @Test
  void anAdapterWhoseBytesChangedIsRefused() throws Exception {
    String job = trained("{}");
    String key = "adapters/" + ModelNames.adapterId(job) + "/attempts/1/adapter_config.json";
    mesh.blobs().put(key, new ByteArrayInputStream(new byte[] {1}));
    JsonPath failed = ended(job, ask(job, "merged"), "failed");
    assertThat(failed.getString("error.code")).isEqualTo("adapter_lost");
  }

  @Test
  void aRunningExportIsCancelledByItsRemoval() {
    String job = trained("{\"hang\": true}");
    String export = ask(job, "merged");
    String one = address(job) + "/" + export;
    await().atMost(Mesh.PATIENCE).until(() -> Mesh.get(one).getString("status").equals("running"));

    assertThat(Mesh.acme().delete(one).jsonPath().getBoolean("deleted")).isTrue();

    mesh.await1(ExportCancelled.class, e -> e.exportId().equals(export));
    assertThat(Mesh.acme().get(one).statusCode()).isEqualTo(404);
    assertThat(mesh.heard(ExportFailed.class, e -> e.exportId().equals(export))).isEmpty();
    String other = trained("{}");
    ended(other, ask(other, "merged"), "succeeded");
  }

  @Test
  void aFinishedExportLosesItsFilesByItsRemoval() {
    String job = trained("{}");
    String export = ask(job, "merged");
    ended(job, export, "succeeded");
    String key = "exports/%s/attempts/1/config.json".formatted(export);
    assertThat(exists(key)).isTrue();

    assertThat(Mesh.acme().delete(address(job) + "/" + export).statusCode()).isEqualTo(200);

    assertThat(exists(key)).isFalse();
    assertThat(Mesh.get(address(job)).getList("data")).isEmpty();
    assertThat(mesh.heard(ExportCancelled.class, e -> e.exportId().equals(export))).isEmpty();
  }

  @Test
  void aLeaseThatRanOutIsTakenOver() throws Exception {
    String job = trained("{}");
    String export = insertRunning(job, 0, "- interval '1 s'");

    JsonPath made = ended(job, export, "succeeded");
    assertThat(made.getInt("attempt")).isEqualTo(8);
  }

  @Test
  void anExportThatItsWorkersLeftTooOftenFails() throws Exception {
    String job = trained("{}");
    String export = insertRunning(job, 2, "- interval '1 s'");

    JsonPath failed = ended(job, export, "failed");
    assertThat(failed.getString("error.code")).isEqualTo("attempts_exhausted");
    assertThat(failed.getString("error.message")).startsWith("3 attempts");
  }

  @Test
  void aTenantWithManyExportsSharesWithOneWithFew() {
    String job = trained("{}");
    QuarkusTransaction.begin();
    try {
      ModelExport.update("status = ?1 where status <> ?1", ExportStatus.FAILED);
      String first = waiting(job, "many", 0);
      String second = waiting(job, "many", 1);
      String third = waiting(job, "many", 2);
      String other = waiting(job, "few", 3);

      assertThat(List.of(claim(), claim(), claim(), claim()))
          .containsExactly(first, other, second, third);
    } finally {
      QuarkusTransaction.rollback();
    }
  }

  private static String waiting(String job, String tenant, int second) {
    Instant created = Instant.now().minusSeconds(60 - second);
    ModelExport export =
        ModelExport.open(new Scope(tenant, null), job, ExportFormat.MERGED, created);
    export.persistAndFlush();
    return export.id;
  }

  private String claim() {
    String id = tools.ledger().claim("me/1/1", List.of(), Duration.ofMinutes(1)).orElseThrow().id();
    ModelExport.flush();
    return id;
  }

  /** An export that another replica has, whose lease ends so long after now. */
  private String insertRunning(String job, int failures, String after) throws Exception {
    String id = "ftexp-" + UUID.randomUUID();
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO model_export (id, version, job_id, tenant, format, status, created_at,"
                    + " fence, failures, lease_owner, lease_until) VALUES (?, 0, ?, 'acme',"
                    + " 'MERGED', 'RUNNING', now(), 7, ?, 'elsewhere/1/1',"
                    + " now() "
                    + after
                    + ")")) {
      insert.setString(1, id);
      insert.setString(2, job);
      insert.setInt(3, failures);
      insert.executeUpdate();
    }
    return id;
  }

  @Test
  void anExportWaitsForAPlaceOfTheMachine() throws Exception {
    String job = trained("{}");
    assertThat(places.take(Duration.ofMinutes(1))).isTrue();
    assertThat(places.take(Duration.ofMinutes(1))).isTrue();
    String export;
    try {
      export = ask(job, "merged");
      Thread.sleep(1000);
      assertThat(Mesh.get(address(job) + "/" + export).getString("status")).isEqualTo("queued");
    } finally {
      places.giveBack();
      places.giveBack();
    }
    ended(job, export, "succeeded");
  }

  @Test
  void aShutdownGivesTheExportBack() throws Exception {
    String job = trained("{\"hang\": true}");
    String export = insertRunning(job, 0, "+ interval '1 hour'");
    AtomicBoolean stopping = new AtomicBoolean();
    Claim claim = new Claim(export, 7, "elsewhere/1/1");
    Thread attempt =
        Thread.ofVirtual().start(() -> new ExportAttempt(claim, tools, stopping::get).run());
    stopping.set(true);
    attempt.join();

    String one = address(job) + "/" + export;
    await().atMost(Mesh.PATIENCE).until(() -> Mesh.get(one).getString("status").equals("running"));
    assertThat(Mesh.get(one).getInt("attempt")).as("another took it").isEqualTo(8);
    Mesh.acme().delete(one).then().statusCode(200);
  }

  @Test
  void whatIsNoExportIsRefused() {
    String job = trained("{}");
    Response format = asked(job, "onnx");
    assertThat(format.statusCode()).isEqualTo(400);
    assertThat(format.jsonPath().getString("error.message")).contains("gguf-q8_0");
    assertThat(Mesh.acme().body("{}").post(address(job)).statusCode()).isEqualTo(400);
    assertThat(Mesh.acme().body("[").post(address(job)).statusCode()).isEqualTo(400);
    String waiting =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-never\"}")
            .getString("id");
    Response early = asked(waiting, "merged");
    assertThat(early.statusCode()).isEqualTo(400);
    assertThat(early.jsonPath().getString("error.code")).isEqualTo("job_not_succeeded");
  }

  @Test
  void anotherTenantSeesNothing() {
    String job = trained("{}");
    String export = ask(job, "merged");
    ended(job, export, "succeeded");
    var other = Mesh.as(MeshResource.OTHER_KEY);
    String one = address(job) + "/" + export;
    assertThat(other.get(address(job)).statusCode()).isEqualTo(404);
    assertThat(other.get(one).statusCode()).isEqualTo(404);
    assertThat(other.get(one + "/files/config.json").statusCode()).isEqualTo(404);
    assertThat(other.delete(one).statusCode()).isEqualTo(404);
    assertThat(other.body("{\"format\": \"merged\"}").post(address(job)).statusCode())
        .isEqualTo(404);
    assertThat(Mesh.get(one).getString("status")).isEqualTo("succeeded");
  }

  private boolean exists(String key) {
    try (var in = mesh.blobs().open(new BlobRef(key, null, null))) {
      return true;
    } catch (BlobNotFound e) {
      return false;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
