package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.augment.Generations;
import io.tunemesh.dataset.dataset.Asking;
import io.tunemesh.dataset.dataset.BuildProgress;
import io.tunemesh.dataset.dataset.BuildProgress.Stage;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.dataset.DatasetView;
import io.tunemesh.dataset.dataset.Rejections;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Replica;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Workers that die, stall or fail. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class WorkerCrashTest {

  private static final BuildProgress NOTHING = new Advance().progress();
  private static final String FACTS = "SELECT files FROM dataset WHERE id = ? AND status = '%s'";

  @Inject BlobStore blobs;
  @Inject DataSource database;
  @Inject Leases leases;
  @Inject Builds builds;
  @Inject Asking asking;
  @Inject Sharing sharing;
  @Inject Company company;
  @Inject DatasetConfig config;
  @Inject Replica replica;
  @Inject Outbox outbox;
  @Inject Rejections rejections;
  @Inject TokenCounters counters;
  @Inject Generations generations;
  @Inject DatabaseClock clock;
  @Inject Workplace workplace;

  @ConfigProperty(name = "tunemesh.blobs.root")
  Path root;

  private final String id = "ds-" + UUID.randomUUID();
  private final String file = "file-" + UUID.randomUUID();

  @Test
  void buildsTheSameBytesAgainWhenAWorkerDiedBetweenItsBuildAndItsCommit() throws Exception {
    Claim dead = takenByAWorkerThatWillDie();

    Made lost = builds.make(dead, new Advance());
    runsOut();

    String files = awaitStatus("BUILT");
    assertThat(files).isEqualTo(json(((Made.Built) lost).files()));
    assertThat(fence()).isGreaterThan(dead.fence());
    assertThatThrownBy(() -> builds.commit(dead, lost)).isInstanceOf(LeaseLost.class);
  }

  @Test
  void leavesADatasetToTheWorkerThatRenewsItsLease() throws Exception {
    Claim held =
        takenByAWorkerThatWillDie(
            claim -> {
              runsOut();
              leases.renew(claim, NOTHING);
            });

    for (int i = 0; i < 5; i++) {
      Thread.sleep(1000);
      leases.renew(held, NOTHING);
    }

    assertThat(fence()).isEqualTo(held.fence());
    holdForMinutes();
    builds.commit(held, builds.make(held, new Advance()));
    awaitStatus("BUILT");
    assertThatThrownBy(() -> leases.renew(held, NOTHING)).isInstanceOf(LeaseLost.class);
  }

  @Test
  void tellsHowFarABuildIsUntilItEnds() throws Exception {
    Claim held = takenByAWorkerThatWillDie();
    Advance advance = new Advance();
    advance.begins(Stage.READING, 30);
    advance.adds(12);

    leases.renew(held, advance.progress());

    assertThat(view().progress()).isEqualTo(new BuildProgress(Stage.READING, 12L, 30L));
    holdForMinutes();
    Made made = builds.make(held, advance);
    leases.renew(held, advance.progress());
    assertThat(view().progress()).isEqualTo(new BuildProgress(Stage.STORING, null, null));
    builds.commit(held, made);
    assertThat(view().progress()).isNull();
  }

  /** The lease of a worker that died, or stood still, is over. */
  private void runsOut() {
    update("UPDATE dataset SET lease_until = now() - interval '1 second' WHERE id = ?");
  }

  /** However long a build takes here, no worker of the service takes the dataset meanwhile. */
  private void holdForMinutes() {
    update("UPDATE dataset SET lease_until = now() + interval '5 minutes' WHERE id = ?");
  }

  private DatasetView view() {
    return QuarkusTransaction.requiringNew().call(() -> DatasetView.of(Dataset.findById(id)));
  }

  @Test
  void buildsOnceTheStorageIsBack() throws Exception {
    UploadParsed upload = upload();
    Path bucket = root.resolveSibling("s3").resolve("tunemesh");
    Path aside = bucket.resolveSibling("aside");
    Files.move(bucket, aside);
    try {
      QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan()));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  query("SELECT coalesce(reason, '') FROM dataset WHERE id = ?")
                      .equals("the storage, which does not answer now"));
      assertThat(query("SELECT failures::text FROM dataset WHERE id = ?")).isEqualTo("0");
    } finally {
      Files.move(aside, bucket);
    }

    awaitStatus("BUILT");
  }

  @Test
  void rejectsADatasetWhoseSourceIsGone() throws Exception {
    UploadParsed upload = upload();
    blobs.delete(upload.records().key());
    QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan()));

    awaitStatus("REJECTED");
    assertRejection("source_lost", upload.records().key(), "upload it again");
  }

  @Test
  void rejectsADatasetThatIsMoreThanAnEventHolds() throws IOException {
    Claim claim = takenByAWorkerThatWillDie();
    holdForMinutes();
    Made made = builds.make(claim, new Advance());
    String template = "'{dataset,sources,0,template}', to_jsonb(repeat('x', 900000))";
    update("UPDATE dataset SET plan = jsonb_set(plan::jsonb, " + template + ")::text WHERE id = ?");

    builds.commit(claim, made);

    assertThat(awaitStatus("REJECTED")).isEqualTo(json(((Made.Built) made).files()));
    assertRejection("plan_too_large", "DatasetBuilt would have", "name fewer sources");
  }

  @Test
  void rejectsADatasetThatKillsItsWorkersAgainAndAgain() throws Exception {
    UploadParsed upload = upload();
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              asking.ask("acme", id, upload, plan());
              Dataset.flush();
              update("UPDATE dataset SET failures = 10 WHERE id = ?");
            });

    awaitStatus("REJECTED");
    assertRejection("build_failed", "10 tries");
  }

  @Test
  void rejectsADatasetForWhichTheMemoryIsTooSmallASecondTime() throws IOException {
    Claim claim = takenByAWorkerThatWillDie();
    holdForMinutes();
    update("UPDATE dataset SET failures = 1 WHERE id = ?");

    build(claim, WorkerCrashTest::withoutMemory);

    awaitStatus("REJECTED");
    assertRejection("out_of_memory", "datasets of fewer rows");
  }

  @Test
  void buildsAgainWhenTheMemoryWasTooSmallOnce() throws IOException {
    Claim claim = takenByAWorkerThatWillDie();
    holdForMinutes();

    build(claim, WorkerCrashTest::withoutMemory);

    awaitStatus("BUILT");
  }

  @Test
  void stopsABuildThatIsAnothersByNow() throws IOException {
    Claim claim = takenByAWorkerThatWillDie();
    List<String> ends = new ArrayList<>();
    build(
        claim,
        advance -> {
          update("UPDATE dataset SET fence = fence + 1 WHERE id = ?");
          try {
            await()
                .atMost(Duration.ofMinutes(2))
                .until(
                    () -> {
                      advance.adds(1);
                      return false;
                    });
          } catch (CancellationException e) {
            ends.add(e.getMessage());
            throw e;
          }
          return new Made.Waits();
        });

    assertThat(ends).containsExactly("the dataset is another's to build");
    assertThat(query("SELECT failures::text FROM dataset WHERE id = ?")).isEqualTo("0");
    runsOut();
    awaitStatus("BUILT");
  }

  /** Builds as the service does, but for how the files are made. */
  private void build(Claim claim, Function<Advance, Made> making) {
    Builds others =
        new Builds(
            blobs, config, outbox, rejections, sharing, counters, generations, clock, workplace) {
          @Override
          Made make(Claim claim, Advance advance) {
            return making.apply(advance);
          }
        };
    new Worker(leases, others, sharing, company, config, replica).build(claim);
  }

  private static Made withoutMemory(Advance advance) {
    throw new OutOfMemoryError("a test");
  }

  private void assertRejection(String code, String... words) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              var fact = Dataset.<Dataset>findById(id).rejectedFact();
              assertThat(fact.code()).isEqualTo(code);
              assertThat(fact.reason()).contains(words);
            });
  }

  /** No worker of the service can take it first: it is taken before it can be seen. */
  private Claim takenByAWorkerThatWillDie() throws IOException {
    return takenByAWorkerThatWillDie(claim -> {});
  }

  /** The same, and does something with the claim before anybody sees that. */
  private Claim takenByAWorkerThatWillDie(Consumer<Claim> then) throws IOException {
    UploadParsed upload = upload();
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              asking.ask("acme", id, upload, plan());
              Dataset.flush();
              Claim claim = leases.claim("worker-that-dies").orElseThrow();
              assertThat(claim.id()).isEqualTo(id);
              Dataset.flush();
              then.accept(claim);
              return claim;
            });
  }

  private UploadParsed upload() throws IOException {
    return Workbooks.english(blobs, file, "e.xlsx", 30, null);
  }

  private Plan plan() {
    Source source = new Source(file, null, null, null, null, null, null);
    return new Plan(new DatasetSpec(null, List.of(source), null), null, null);
  }

  /** Awaits the end of the dataset, and asserts which it is. */
  private String awaitStatus(String status) {
    await().atMost(Duration.ofMinutes(2)).until(() -> has("BUILT") || has("REJECTED"));
    assertThat(query("SELECT status FROM dataset WHERE id = ?")).isEqualTo(status);
    return query(FACTS.formatted(status));
  }

  private boolean has(String status) {
    return status.equals(query("SELECT status FROM dataset WHERE id = ?"));
  }

  private long fence() {
    return Long.parseLong(query("SELECT fence::text FROM dataset WHERE id = ?"));
  }

  private String query(String sql) {
    try (var connection = database.getConnection();
        var query = connection.prepareStatement(sql)) {
      query.setString(1, id);
      try (var row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void update(String sql) {
    try (var connection = database.getConnection();
        var update = connection.prepareStatement(sql)) {
      update.setString(1, id);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(Object value) throws IOException {
    return io.tunemesh.contract.Json.MAPPER.writeValueAsString(value);
  }
}
