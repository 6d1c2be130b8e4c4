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
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.dataset.Datasets;
import io.tunemesh.dataset.dataset.Rejections;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Replica;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Deleted datasets whose blobs are not gone, for one that died, or one that still builds. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class PurgingTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Inject BlobStore blobs;
  @Inject EntityManager database;
  @Inject Leases leases;
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
  @Inject Asking asking;
  @Inject Datasets datasets;

  private final String id = "ds-" + UUID.randomUUID();
  private final String file = "file-" + UUID.randomUUID();

  @Test
  void removesWhatOneLeftThatDiedAfterTheDeletion() throws IOException {
    taken();
    store("a");
    store("chunks/0-0.jsonl");
    other("b");

    update("status = 'DELETED', lease_owner = NULL, lease_until = NULL");

    await().atMost(PATIENCE).until(() -> isPurged() && blobs.list(folder()).isEmpty());
    assertThat(blobs.list(folder() + "-other")).as("another's").hasSize(1);
  }

  @Test
  void removesWhatABuildStoresThatEndsLongAfterTheDeletion() throws IOException {
    Claim claim = taken();

    build(
        claim,
        () -> {
          datasets.delete("acme", id);
          update("lease_until = now() - interval '1 second'");
          await().atMost(PATIENCE).until(this::isPurged);
          store("late");
        });

    await().atMost(PATIENCE).until(() -> blobs.list(folder()).isEmpty());
  }

  @Test
  void waitsForABuildThatMayGoOn() throws IOException {
    taken();
    store("early");

    datasets.delete("acme", id);

    assertThat(leases.toPurge()).extracting(Leases.Deleted::id).doesNotContain(id);
    update("lease_until = now() - interval '1 second'");
    await().atMost(PATIENCE).until(() -> isPurged() && blobs.list(folder()).isEmpty());
  }

  @Test
  void purgesTheOthersWhereOneCannotBe() {
    List<String> purged = new ArrayList<>();
    Leases two =
        new Leases(database, clock, null, config) {
          @Override
          List<Deleted> toPurge() {
            return List.of(new Deleted("ds-bad", "acme", 0), new Deleted(id, "acme", 0));
          }

          @Override
          void purged(Deleted dataset) {
            purged.add(dataset.id());
          }
        };
    BlobStore away =
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (self, method, args) -> {
                  if (args[0].equals(Builds.folder("acme", "ds-bad"))) {
                    throw new IOException("away");
                  }
                  return List.of();
                });

    assertThatThrownBy(() -> new Purging(two, away, generations).purge())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("away");
    assertThat(purged).containsExactly(id);
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Builds as the service does, but for how the files are made. */
  private void build(Claim claim, Step making) {
    Builds others =
        new Builds(
            blobs, config, outbox, rejections, sharing, counters, generations, clock, workplace) {
          @Override
          Made make(Claim claim, Advance advance) throws IOException {
            making.run();
            return new Made.Waits();
          }
        };
    new Worker(leases, others, sharing, company, config, replica).build(claim);
  }

  /** A dataset that somebody builds; no worker of the service takes it for minutes. */
  private Claim taken() throws IOException {
    UploadParsed upload = Workbooks.english(blobs, file, "e.xlsx", 20, null);
    Source source = new Source(file, null, null, null, null, null, null);
    Plan plan = new Plan(new DatasetSpec(null, List.of(source), null), null, null);
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              asking.ask("acme", id, upload, plan);
              Dataset.flush();
              Claim claim = leases.claim("somebody").orElseThrow();
              assertThat(claim.id()).isEqualTo(id);
              Dataset.flush();
              update("lease_until = now() + interval '5 minutes'");
              return claim;
            });
  }

  private String folder() {
    return Builds.folder("acme", id);
  }

  private void store(String name) throws IOException {
    blobs.put(folder() + "/" + name, new ByteArrayInputStream(new byte[] {1}));
  }

  private void other(String name) throws IOException {
    blobs.put(folder() + "-other/" + name, new ByteArrayInputStream(new byte[] {1}));
  }

  private void update(String set) {
    QuarkusTransaction.joiningExisting()
        .run(
            () ->
                database
                    .createNativeQuery("UPDATE dataset SET " + set + " WHERE id = :id")
                    .setParameter("id", id)
                    .executeUpdate());
  }

  private boolean isPurged() {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                (Boolean)
                    database
                        .createNativeQuery(
                            "SELECT purged FROM dataset WHERE id = :id", Boolean.class)
                        .setParameter("id", id)
                        .getSingleResult());
  }
}
