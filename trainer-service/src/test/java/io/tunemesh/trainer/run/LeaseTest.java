package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.Intake;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.NewJob;
import io.tunemesh.trainer.job.Seated;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import io.tunemesh.trainer.testing.OneModel;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who holds a job, and what those who lost it can still do: nothing. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class LeaseTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Seated WARM = new Seated("test", "tunemesh-starter", Duration.ZERO);

  private static final BlobRef GONE = new BlobRef("jobs/gone/state.json", "0".repeat(64), 1L);

  private static final String JOBS = "/v1/fine_tuning/jobs/";

  @Inject Mesh mesh;
  @Inject Leases leases;
  @Inject Intake intake;
  @Inject Tools tools;
  @Inject Sweep sweep;
  @Inject AgroalDataSource database;

  /** Opens a job and claims it in the same transaction, so that no slot of the service sees it. */
  private Claim claimed(String name, String script, String owner, Duration lease) {
    return claimed(name, script, owner, lease, claim -> {});
  }

  /** The same, and does something with the claim before anybody sees that. */
  private Claim claimed(
      String name, String script, String owner, Duration lease, Consumer<Claim> then) {
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-" + name, script, null)));
    await().atMost(Mesh.PATIENCE).until(() -> known("ds-" + name));
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              intake.open(wish(name));
              Claim claim = leases.claim(owner, List.of(), WARM, lease).orElseThrow();
              assertThat(claim.id()).isEqualTo("ftjob-" + name);
              then.accept(claim);
              return claim;
            });
  }

  private static NewJob wish(String name) {
    Scope scope = new Scope(Mesh.TENANT, null);
    return NewJob.ofEvent("ftjob-" + name, scope, "ds-" + name, TrainingSpec.DEFAULTS, null);
  }

  private boolean known(String dataset) {
    return QuarkusTransaction.requiringNew().call(() -> intake.runOf(Mesh.TENANT, dataset) != null);
  }

  private long attempts(String job) {
    return mesh.heard(TrainingStarted.class, e -> e.jobId().equals(job)).size();
  }

  @Test
  void aDeadOwnerOnThisHostIsFollowedAtOnce() {
    LeaseOwner me = LeaseOwner.ofThisProcess();
    String dead = new LeaseOwner(me.host(), me.pid(), me.started() - 1).toString();

    Claim old = claimed("dead-owner", "{}", dead, LONG);

    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(old.id()));
    assertThat(Mesh.job(old.id()).getLong("attempt")).isEqualTo(2);
  }

  @Test
  void ofTheCheckpointsOnThisMachineOnlyTheNewestIsKept() {
    mesh.trained("ds-tidy", "{\"steps\": 4, \"checkpoint_every\": 1, \"tidy\": true}");
  }

  @Test
  void aLeaseThatRanOutIsTakenOverAndTheOldFenceRefused() {
    Claim old = claimed("ran-out", "{}", "elsewhere/1/1", Duration.ofMillis(500));

    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(old.id()));
    assertThatThrownBy(() -> tools.endings().paused(old)).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> leases.renew(old, LONG)).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> leases.wanted(old)).isInstanceOf(LeaseLost.class);
    assertThat(mesh.heard(TrainingPaused.class, e -> e.jobId().equals(old.id()))).isEmpty();
  }

  @Test
  void aWishWhoseWorkerDiedIsFulfilled() throws SQLException {
    Claim old = claimed("wish", "{}", "elsewhere/1/1", LONG);
    Mesh.post("/v1/fine_tuning/jobs/" + old.id() + "/cancel");
    update(old.id(), "lease_until = now() - interval '1 s'");

    Mesh.awaitStatus(old.id(), "cancelled");
    assertThat(attempts(old.id())).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "waits", "released", "paused"})
  void aWishToCancelIsFulfilledHoweverTheAttemptEnds(String end) {
    Claim mine = claimed("cancel-" + end, "{}", "elsewhere/1/1", LONG);
    Mesh.post("/v1/fine_tuning/jobs/" + mine.id() + "/cancel");

    end(mine, end);

    mesh.await1(TrainingCancelled.class, e -> e.jobId().equals(mine.id()));
    assertThat(Mesh.job(mine.id()).getString("status")).isEqualTo("cancelled");
    assertThat(attempts(mine.id())).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crashed", "waits", "released"})
  void aWishToPauseIsFulfilledHoweverTheAttemptEnds(String end) {
    Claim mine = claimed("pause-" + end, "{}", "elsewhere/1/1", LONG);
    Mesh.post("/v1/fine_tuning/jobs/" + mine.id() + "/pause");

    end(mine, end);

    assertThat(Mesh.job(mine.id()).getString("status")).isEqualTo("paused");
    Mesh.post("/v1/fine_tuning/jobs/" + mine.id() + "/cancel");
  }

  private void end(Claim claim, String end) {
    switch (end) {
      case "crashed" -> tools.endings().crashed(claim, "worker_crashed", "It fell.");
      case "waits" -> tools.endings().waits(claim, "The store is away.");
      case "released" -> tools.endings().released(claim);
      default -> tools.endings().paused(claim);
    }
  }

  @Test
  void anAttemptThatBeganAgainIsResumedFromItsOwnCheckpoint() throws Exception {
    Claim first =
        claimed(
            "again",
            "{\"steps\": 6, \"checkpoint_every\": 1, \"crash\": {\"2\": 2}}",
            LeaseOwner.ofThisProcess().toString(),
            LONG);
    for (int step : new int[] {4, 5}) {
      tools.ledger().checkpoint(first, made(step), Map.of("state.json", GONE));
    }
    tools.endings().released(first);

    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(first.id()));
    var started = mesh.heard(TrainingStarted.class, e -> e.jobId().equals(first.id()));
    assertThat(started).extracting(TrainingStarted::resumedFromStep).containsExactly(0L, 1L);
  }

  private static WorkerEvent.Checkpoint made(long step) {
    return new WorkerEvent.Checkpoint(step, "nowhere", Map.of(), 1.0, 1.0, true);
  }

  @Test
  void aRenewedLeaseIsNotTaken() throws InterruptedException {
    Claim mine =
        claimed(
            "renewed",
            "{}",
            "elsewhere/1/1",
            Duration.ofMillis(1),
            claim -> leases.renew(claim, LONG));

    // longer than the lease that was claimed
    Thread.sleep(1500);
    leases.renew(mine, LONG);
    tools.endings().cancelled(mine);
  }

  @Test
  void theChildOfALostLeaseIsKilledAndTheJobRunsOnceMore() throws Exception {
    mesh.send(
        Mesh.envelope(
            Mesh.TENANT, mesh.dataset("ds-lost", "{\"steps\": 30, \"hold\": {\"1\": 10}}", null)));
    String job =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-lost\"}")
            .getString("id");
    mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(job) && e.step() >= 5);
    Path held = attemptFolder(job, 1).resolve("held");
    await().atMost(Mesh.PATIENCE).until(() -> Files.exists(held) && Files.size(held) > 0);
    ProcessHandle child = ProcessHandle.of(Long.parseLong(Files.readString(held))).orElseThrow();

    update(
        job, "fence = fence + 1, lease_owner = 'thief/1/1', lease_until = now() - interval '1 s'");

    await().atMost(Mesh.PATIENCE).until(() -> !child.isAlive());
    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    assertThat(mesh.heard(TrainingSucceeded.class, e -> e.jobId().equals(job))).hasSize(1);
    assertThat(mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job))).hasSize(1);
    var started = mesh.heard(TrainingStarted.class, e -> e.jobId().equals(job));
    assertThat(started).extracting(TrainingStarted::attempt).containsExactly(1L, 3L);
    assertThat(started.getLast().resumedFromStep()).isGreaterThanOrEqualTo(4);
    await().atMost(Mesh.PATIENCE).until(() -> strayFiles(job, 30).isEmpty());
  }

  private Path attemptFolder(String job, int fence) {
    Path jobs = tools.config().work().toAbsolutePath().resolve("jobs");
    return jobs.resolve(job).resolve(String.valueOf(fence));
  }

  /** Files of checkpoints that the first attempt stored but did not write down. */
  private List<String> strayFiles(String job, int steps) throws IOException {
    List<String> stray = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      String key = "jobs/%s/attempts/1/checkpoints/step-%08d/state.json".formatted(job, step);
      try (var in = mesh.blobs().open(new BlobRef(key, null, null))) {
        if (!tools.ledger().hasCheckpoint(new Claim(job, 1, "me"), step)) {
          stray.add(key);
        }
      } catch (BlobNotFound e) {
        continue;
      }
    }
    return stray;
  }

  @Test
  void ofManyWhoClaimOneGetsTheJob() throws Exception {
    int jobs = 12;
    for (int i = 0; i < jobs; i++) {
      mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-race" + i, "{\"steps\": 1}", null)));
    }
    await().atMost(Mesh.PATIENCE).until(() -> known("ds-race" + (jobs - 1)));
    for (int i = 0; i < jobs; i++) {
      int n = i;
      await().atMost(Mesh.PATIENCE).until(() -> known("ds-race" + n));
      QuarkusTransaction.requiringNew().run(() -> intake.open(wish("race" + n)));
    }
    Callable<Void> claimer =
        () -> {
          for (var claim = claim(); claim != null; claim = claim()) {
            tools.endings().cancelled(claim);
          }
          return null;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(List.of(claimer, claimer, claimer, claimer))) {
        done.get();
      }
    }

    for (int i = 0; i < jobs; i++) {
      var job = Mesh.awaitStatus("ftjob-race" + i, "succeeded", "cancelled");
      assertThat(job.getLong("attempt")).as("claims of job " + i).isEqualTo(1);
    }
  }

  private Claim claim() {
    return leases.claim("racer/1/1", List.of(), WARM, LONG).orElse(null);
  }

  @Test
  void aShutdownSavesTheJobAndGivesItBack() throws Exception {
    Claim claim =
        claimed(
            "shutdown",
            "{\"steps\": 12, \"hold\": {\"1\": 10}}",
            LeaseOwner.ofThisProcess().toString(),
            LONG);
    AtomicBoolean stopping = new AtomicBoolean();
    try (Seat seat = new Seat(tools.config())) {
      Thread attempt =
          Thread.ofVirtual().start(() -> new Attempt(claim, tools, seat, stopping::get).run());
      mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(claim.id()) && e.step() >= 3);
      stopping.set(true);
      assertThat(attempt.join(Mesh.PATIENCE)).isTrue();
    }

    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(claim.id()));
    var started = mesh.heard(TrainingStarted.class, e -> e.jobId().equals(claim.id()));
    assertThat(started).hasSize(2);
    assertThat(started.getLast().resumedFromStep()).isGreaterThanOrEqualTo(3);
    assertThat(mesh.heard(TrainingPaused.class, e -> e.jobId().equals(claim.id()))).isEmpty();
    assertThat(mesh.heard(TrainingQueued.class, e -> e.jobId().equals(claim.id()))).hasSize(1);
  }

  @Test
  void aReplicaThatCannotLoadTheBaseLeavesTheJobToAnother(@TempDir Path away) throws Exception {
    Files.createFile(away.resolve("away"));
    Claim claim = claimed("elsewhere-loaded", "{}", "elsewhere/1/1", LONG);
    Tools ill =
        new Tools(
            tools.config(),
            tools.leases(),
            tools.ledger(),
            tools.endings(),
            new BaseModels(new OneModel("tunemesh-starter", away)),
            tools.adapters(),
            tools.blobs());
    try (Seat seat = new Seat(tools.config())) {
      new Attempt(claim, ill, seat, () -> false).run();
    }

    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(claim.id()));
    assertThat(attempts(claim.id())).as("the other replica's").isEqualTo(1);
    assertThat(
            Mesh.get(JOBS + claim.id() + "/events?limit=100").getList("data.message", String.class))
        .anyMatch(line -> line.startsWith("The base model is not there. The job is tried again"));
  }

  @Test
  void aManifestThatIsThereIsTheAdapter() throws Exception {
    String job = "ftjob-published";
    String adapter = ModelNames.adapterId(job);
    var file =
        mesh.blobs()
            .put(
                "adapters/" + adapter + "/attempts/1/README.md",
                new ByteArrayInputStream(new byte[] {1}));
    AdapterManifest manifest =
        new AdapterManifest(
            adapter,
            job,
            1,
            "ft:tunemesh-starter:acme::published",
            "tunemesh-starter",
            "lora",
            List.of(new AdapterFile("README.md", file)),
            null,
            null,
            null,
            Map.of(),
            7,
            7,
            null,
            null,
            70,
            0.5,
            1.0);
    mesh.blobs()
        .putIfAbsent(
            "adapters/" + adapter + "/manifest.json", Json.MAPPER.writeValueAsBytes(manifest));

    claimed(
        "published",
        "{\"fail\": {\"code\": \"never\", \"reason\": \"It must not train.\"}}",
        "elsewhere/1/1",
        Duration.ofMillis(200));

    AdapterPublished published = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    assertThat(published.files()).isEqualTo(manifest.files());
    assertThat(mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job)).steps())
        .isEqualTo(7);
    assertThat(attempts(job)).isZero();
  }

  @Test
  void theCheckpointsOfAnEndedJobLoseTheirFiles() throws IOException {
    String script = "{\"steps\": 8, \"hold\": {\"2\": 7}}";
    Claim claim = claimed("swept", script, "elsewhere/1/1", Duration.ofMillis(200));
    await()
        .atMost(Mesh.PATIENCE)
        .untilAsserted(() -> assertThat(stored(claim)).extracting(c -> c.step).contains(6L));
    assertThat(stored(claim)).as("two are kept while it runs").hasSize(2);
    var files = stored(claim).getLast().storedFiles();
    Files.createFile(attemptFolder(claim.id(), 2).resolve("go"));
    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(claim.id()));

    sweep.clear();

    assertThat(stored(claim)).isEmpty();
    assertThatThrownBy(() -> mesh.blobs().open(files.get("state.json")))
        .hasMessageContaining("no blob");
    assertThat(Mesh.get("/v1/fine_tuning/jobs/" + claim.id() + "/checkpoints").getList("data"))
        .as("what they measured stays")
        .hasSize(4);
  }

  @Test
  void aJobThatFailedGoesOnFromItsCheckpointAsLongAsThatIsKept() throws Exception {
    String crashes = "{\"2\": 3, \"3\": 3, \"4\": 3, \"5\": 3, \"6\": 3, \"7\": 3}";
    Claim claim =
        claimed(
            "revived",
            "{\"steps\": 6, \"crash\": %s}".formatted(crashes),
            "elsewhere/1/1",
            Duration.ofMillis(200));
    Mesh.awaitStatus(claim.id(), "failed");
    sweep.clear();
    assertThat(stored(claim)).hasSize(1);

    var resumed = Mesh.post(JOBS + claim.id() + "/resume");

    assertThat(resumed.getString("status")).isEqualTo("queued");
    assertThat(resumed.getMap("error")).isNull();
    assertThat(resumed.getString("finished_at")).isNull();
    Mesh.awaitStatus(claim.id(), "failed");
    update(claim.id(), "finished_at = now() - interval '25 h'");
    sweep.clear();

    assertThat(stored(claim)).isEmpty();
    Response refused = Mesh.acme().post(JOBS + claim.id() + "/resume");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.jsonPath().getString("error.code")).isEqualTo("invalid_state");
    assertThat(refused.jsonPath().getString("error.message")).contains("no checkpoint", "rerun");
    await()
        .atMost(Mesh.PATIENCE)
        .until(
            () -> mesh.heard(TrainingFailed.class, e -> e.jobId().equals(claim.id())).size() == 2);
    var started = mesh.heard(TrainingStarted.class, e -> e.jobId().equals(claim.id()));
    assertThat(started)
        .extracting(TrainingStarted::resumedFromStep)
        .startsWith(0L, 2L)
        .endsWith(2L, 2L, 2L);
  }

  private void update(String job, String what) throws SQLException {
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE training_job SET %s WHERE id = ?".formatted(what))) {
      update.setString(1, job);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  @Test
  void aFullDiskIsWaitedForLongerThanACrash() {
    for (String code : List.of("storage_full", "worker_crashed")) {
      Claim mine = claimed("pause-of-" + code, "{}", "elsewhere/1/1", LONG);
      tools.endings().crashed(mine, code, "It fell.");
      assertThat(Mesh.get(JOBS + mine.id() + "/events").getList("data.message", String.class))
          .anyMatch(
              line -> line.contains(code.equals("storage_full") ? "again in 0.2 s" : "in 0.1 s"));
      Mesh.awaitStatus(mine.id(), "succeeded");
    }
  }

  private List<JobCheckpoint> stored(Claim claim) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> JobCheckpoint.list("jobId = ?1 and files is not null order by step", claim.id()));
  }
}
