package io.tunemesh.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job meets on its way: crashes, hangs, refusals, wishes of its owner. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class FailurePathsTest {

  private static final Plan PLAN = new Plan(null, TrainingSpec.DEFAULTS, null);

  @Inject Mesh mesh;

  private String train(String datasetId, String script) {
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(datasetId, script, PLAN)));
    return mesh.await1(TrainingQueued.class, e -> e.datasetId().equals(datasetId)).jobId();
  }

  private TrainingFailed failure(String job) {
    TrainingFailed failed = mesh.await1(TrainingFailed.class, e -> e.jobId().equals(job));
    JsonPath object = Mesh.awaitStatus(job, "failed");
    assertThat(object.getString("error.code")).isEqualTo(failed.code());
    assertThat(object.getString("error.message")).isEqualTo(failed.reason());
    assertThat(mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job))).isEmpty();
    return failed;
  }

  private void oneAdapter(String job) {
    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    assertThat(mesh.heard(TrainingSucceeded.class, e -> e.jobId().equals(job))).hasSize(1);
    assertThat(mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job))).hasSize(1);
  }

  private List<Long> resumedFrom(String job) {
    return mesh.heard(TrainingStarted.class, e -> e.jobId().equals(job)).stream()
        .map(TrainingStarted::resumedFromStep)
        .toList();
  }

  @Test
  void aCrashAtAnyStepIsResumedFromTheLastCheckpoint() {
    long seed = System.nanoTime();
    System.out.println("seed of the crash: " + seed);
    Random random = new Random(seed);
    int first = 1 + random.nextInt(8);
    int saved = (first - 1) / 2 * 2;
    int second = saved + 1 + random.nextInt(8 - saved);

    String job =
        train(
            "ds-crash",
            "{'steps': 8, 'crash': {'1': %d, '2': %d}}"
                .replace('\'', '"')
                .formatted(first, second));

    oneAdapter(job);
    assertThat(resumedFrom(job))
        .containsExactly(0L, (long) saved, (long) Math.max(saved, (second - 1) / 2 * 2));
    assertThat(Mesh.get("/v1/fine_tuning/jobs/" + job + "/report").getList("curve.step"))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void aJobThatAlwaysCrashesFailsWithTheReason() {
    String job = train("ds-crasher", "{\"crash\": {\"1\": 1, \"2\": 1, \"3\": 1, \"4\": 1}}");

    TrainingFailed failed = failure(job);
    assertThat(failed.code()).isEqualTo("worker_crashed");
    assertThat(failed.reason())
        .contains("exit status 139")
        .contains("going down as asked")
        .contains("3 times");
    assertThat(resumedFrom(job)).hasSize(3);
  }

  @Test
  void aWorkerThatHangsIsEndedAndTheJobResumed() {
    String job = train("ds-hang", "{\"hang\": {\"1\": 4}}");

    oneAdapter(job);
    assertThat(resumedFrom(job)).containsExactly(0L, 2L);
  }

  @Test
  void aFailureThatTheWorkerExplainsReachesTheOwner() {
    String job =
        train(
            "ds-fail",
            "{\"fail\": {\"code\": \"unknown_module\", \"reason\": \"No such module.\", \"field\": \"spec.lora_target\"}}");

    TrainingFailed failed = failure(job);
    assertThat(failed.code()).isEqualTo("unknown_module");
    assertThat(failed.where().field()).isEqualTo("spec.lora_target");
    assertThat(resumedFrom(job)).as("it is not tried again").hasSize(1);
  }

  private static final String FULL =
      "{\"fail\": {\"code\": \"storage_full\", \"reason\": \"The disk is full.\", \"retry\": true}%s}";

  @Test
  void aFaultOfTheMachineIsTriedAgain() {
    String job = train("ds-full-once", FULL.formatted(", \"fails\": 1"));

    oneAdapter(job);
    assertThat(resumedFrom(job)).hasSize(2);
  }

  @Test
  void aFaultOfTheMachineThatLastsFailsTheJobInTheEnd() {
    String job = train("ds-full", FULL.formatted(""));

    TrainingFailed failed = failure(job);
    assertThat(failed.code()).isEqualTo("storage_full");
    assertThat(failed.reason()).contains("The disk is full.").contains("3 times");
    assertThat(resumedFrom(job)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunningJobIsCancelled(boolean deaf) {
    String job =
        train(
            "ds-cancel-" + deaf,
            "{\"steps\": 2000, \"step_s\": 0.05, \"deaf\": %b}".formatted(deaf));
    mesh.await1(TrainingStarted.class, e -> e.jobId().equals(job));

    Mesh.post("/v1/fine_tuning/jobs/" + job + "/cancel");

    mesh.await1(TrainingCancelled.class, e -> e.jobId().equals(job));
    assertThat(Mesh.awaitStatus(job, "cancelled").getLong("finished_at")).isPositive();
    assertThat(Mesh.post("/v1/fine_tuning/jobs/" + job + "/cancel").getString("status"))
        .as("twice is once")
        .isEqualTo("cancelled");
    assertThat(mesh.heard(TrainingCancelled.class, e -> e.jobId().equals(job))).hasSize(1);
  }

  @Test
  void aPausedJobGoesOnFromItsCheckpoint() {
    String job = train("ds-pause", "{\"steps\": 12, \"hold\": {\"1\": 10}}");
    await()
        .atMost(Mesh.PATIENCE)
        .until(
            () ->
                Mesh.get("/v1/fine_tuning/jobs/" + job + "/checkpoints").getList("data").size()
                    > 1);

    Mesh.post("/v1/fine_tuning/jobs/" + job + "/pause");

    long step = mesh.await1(TrainingPaused.class, e -> e.jobId().equals(job)).step();
    assertThat(step).isGreaterThanOrEqualTo(4);
    Mesh.awaitStatus(job, "paused");
    Mesh.post("/v1/fine_tuning/jobs/" + job + "/resume");
    oneAdapter(job);
    assertThat(resumedFrom(job)).containsExactly(0L, step);
  }

  @Test
  void aBaseThatCannotBeLoadedFailsTheJob() {
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-broken", "{}", null)));
    String job =
        Mesh.create("{\"model\": \"broken-base\", \"training_file\": \"ds-broken\"}")
            .getString("id");

    assertThat(failure(job).code()).isEqualTo("base_unusable");
  }

  @Test
  void anUnknownModelIsAFactThatNamesTheKnownOnes() {
    TrainingSpec spec = spec("{\"model\": \"gpt-99\"}");
    mesh.send(
        Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-unknown", "{}", new Plan(null, spec, null))));

    String job = Ids.derived("ftjob-", "acme/ds-unknown");
    TrainingFailed failed = failure(job);
    assertThat(failed.code()).isEqualTo("model_not_found");
    assertThat(failed.reason()).contains("gpt-99").contains("tunemesh-starter").contains("tiny");
  }

  @Test
  void anImpossibleSpecificationIsAFactWithEveryMistake() {
    TrainingSpec spec = spec("{\"lora_rank\": 0, \"learning_rate\": 7}");
    mesh.send(
        Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-bad-spec", "{}", new Plan(null, spec, null))));

    TrainingFailed failed = failure(Ids.derived("ftjob-", "acme/ds-bad-spec"));
    assertThat(failed.code()).isEqualTo("invalid_specification");
    assertThat(failed.reason()).contains("lora_rank").contains("learning_rate");
  }

  @Test
  void aNameThatNoDatabaseKeepsFailsItsOwnJobAlone() {
    for (String name : List.of("suffix", "model")) {
      String dataset = "ds-nul-" + name;
      String waiting =
          Mesh.create(
                  "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
              .getString("id");
      TrainingSpec spec = spec("{\"%s\": \"a\\u0000b\"}".formatted(name));
      mesh.send(
          Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, "{}", new Plan(null, spec, null))));

      TrainingFailed failed = failure(Ids.derived("ftjob-", "acme/" + dataset));
      assertThat(failed.where().field()).isEqualTo(name);
      oneAdapter(waiting);
    }
  }

  @Test
  void aDatasetWhoseBytesChangedFailsTheJob() {
    DatasetBuilt built = mesh.dataset("ds-corrupt", "{}", PLAN);
    BlobRef ref = built.train().lines();
    BlobRef other = new BlobRef(ref.key(), "0".repeat(64), ref.bytes());
    mesh.send(
        Mesh.envelope(
            Mesh.TENANT,
            new DatasetBuilt(
                "ds-corrupt",
                null,
                null,
                ref,
                new DatasetBuilt.Part(other, 1),
                null,
                null,
                1,
                1,
                0,
                PLAN)));

    assertThat(failure(Ids.derived("ftjob-", "acme/ds-corrupt")).code()).isEqualTo("dataset_lost");
  }

  @Test
  void aRequestWaitsForItsDatasetHoweverOftenBothAreTold() {
    var request =
        Mesh.envelope(
            Mesh.TENANT,
            new TrainingRequested("req-wait", "ds-late", spec("{\"lora_rank\": 2}"), null));
    for (int i = 0; i < 5; i++) {
      mesh.send(request);
    }
    String job = Ids.derived("ftjob-", request.key());
    await()
        .atMost(Mesh.PATIENCE)
        .ignoreExceptionsMatching(e -> true)
        .untilAsserted(() -> Mesh.awaitStatus(job, "validating_files"));

    var built = Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-late", "{}", null));
    for (int i = 0; i < 5; i++) {
      mesh.send(built);
    }

    oneAdapter(job);
    assertThat(mesh.heard(TrainingQueued.class, e -> e.datasetId().equals("ds-late"))).hasSize(1);
    assertThat(resumedFrom(job)).hasSize(1);
  }

  @Test
  void aRejectedDatasetFailsTheJobsThatWaitForIt() {
    String job =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-refused\"}")
            .getString("id");
    mesh.send(
        Mesh.envelope(
            Mesh.TENANT,
            new DatasetRejected(
                "ds-refused", "no_rows", "No row was kept. Check the columns.", null, null)));

    TrainingFailed failed = failure(job);
    assertThat(failed.code()).isEqualTo("no_rows");
    assertThat(failed.reason()).contains("No row was kept.");
  }

  @Test
  void anotherTenantsDatasetOfThatNameIsAnother() throws InterruptedException {
    String job =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-shared\"}")
            .getString("id");
    mesh.send(Mesh.envelope("globex", mesh.dataset("ds-shared", "{}", PLAN)));

    String theirs =
        mesh.await1(TrainingQueued.class, e -> e.datasetId().equals("ds-shared")).jobId();
    assertThat(theirs).isNotEqualTo(job);
    assertThat(Mesh.job(job).getString("status")).isEqualTo("validating_files");
    assertThat(Mesh.acme().get("/v1/fine_tuning/jobs/" + theirs).statusCode()).isEqualTo(404);
    Mesh.post("/v1/fine_tuning/jobs/" + job + "/cancel");
  }

  @Test
  void aRequestWhoseSpecificationIsMistakenFailsWithAllOfIt() {
    String job =
        requested("{\"lora_rnk\": 4, \"lora_dropout\": \"a lot\", \"learning_rate\": \"auto\"}");
    TrainingFailed failed = mesh.await1(TrainingFailed.class, e -> e.jobId().equals(job));
    assertThat(failed.code()).isEqualTo("invalid_specification");
    assertThat(failed.reason())
        .contains("training.lora_rnk: is no field of", "training.lora_dropout: must be")
        .doesNotContain("learning_rate");

    String good = requested("{\"lora_rank\": \"auto\", \"packing\": true, \"seed\": 7}");
    Mesh.awaitStatus(good, "validating_files");
    assertThat(Mesh.job(good).getLong("seed")).isEqualTo(7);
  }

  /** The job that a request with this specification opens. */
  private String requested(String training) {
    var asked = new TrainingRequested("r", "ds-" + UUID.randomUUID(), null, null);
    Envelope<?> envelope = Mesh.envelope(Mesh.TENANT, asked);
    String data =
        "{\"request_id\": \"r\", \"dataset_id\": \"%s\", \"training\": %s}"
            .formatted(asked.datasetId(), training);
    var record =
        new ProducerRecord<>(
            "tunemesh.training-requests", "r", data.getBytes(StandardCharsets.UTF_8));
    CloudEvents.headers(envelope)
        .forEach((k, v) -> record.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
    mesh.send(record);
    String job = Ids.derived("ftjob-", envelope.key());
    await()
        .atMost(Mesh.PATIENCE)
        .until(() -> Mesh.acme().get("/v1/fine_tuning/jobs/" + job).statusCode() == 200);
    return job;
  }

  @Test
  void whatIsNoEventReachesTheDeadLettersAndTheRestGoOn() {
    var record =
        new ProducerRecord<>(
            "tunemesh.datasets", "k", "{\"train\":".getBytes(StandardCharsets.UTF_8));
    record
        .headers()
        .add("ce_type", "io.tunemesh.dataset.built.v1".getBytes(StandardCharsets.UTF_8));
    mesh.send(record);
    mesh.send(new ProducerRecord<>("tunemesh.training-requests", "k", new byte[] {1, 2}));
    var half = new DatasetBuilt("ds-half", null, null, null, null, null, null, 0, 0, 0, PLAN);
    mesh.send(Mesh.envelope(Mesh.TENANT, half));

    await().atMost(Mesh.PATIENCE).until(() -> mesh.dead().size() >= 3);
    assertThat(mesh.dead())
        .allSatisfy(
            dead ->
                assertThat(new String(dead.headers().lastHeader("dead-letter-reason").value()))
                    .isNotBlank());
    oneAdapter(train("ds-after-poison", "{}"));
  }

  private static TrainingSpec spec(String json) {
    try {
      return io.tunemesh.contract.Json.MAPPER.readValue(json, TrainingSpec.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
