package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.Asking;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Chunks of a large source that go round through Kafka; their patience is three seconds here. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class SharingTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Inject BlobStore blobs;
  @Inject EntityManager database;
  @Inject Leases leases;
  @Inject Sharing sharing;
  @Inject ChunkTable chunks;
  @Inject Asking asking;
  @Inject Company company;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private final String id = "ds-" + UUID.randomUUID();
  private final String file = "file-" + UUID.randomUUID();

  @Test
  void buildsADatasetOfAllChunksAndLeavesNothingOfThem() throws Exception {
    UploadParsed upload = upload();

    QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan()));

    awaitBuilt();
    assertThat(dataset().builtFact().rowsKept()).isEqualTo(30);
    await().atMost(PATIENCE).until(() -> rows("true") == 0);
    BlobRef first = new BlobRef("datasets/acme/" + id + "/chunks/0-0.jsonl", null, null);
    await().atMost(PATIENCE).until(() -> isGone(first));
  }

  @Test
  void comesToEveryDatasetThatHasEndedWhereOneCannotBeSwept() throws Exception {
    UploadParsed upload = upload();
    List<String> two = List.of(id, id + "-2");
    Set<String> found = new HashSet<>();
    QuarkusTransaction.begin();
    for (String one : two) {
      asking.ask("acme", one, upload, plan());
      Dataset.flush();
      database
          .createNativeQuery("UPDATE dataset SET status = 'DELETED' WHERE id = ?1")
          .setParameter(1, one)
          .executeUpdate();
      chunks.add(one, 0, 0);
    }

    for (int i = 0; i < 1000 && !found.containsAll(two); i++) {
      chunks.ofAnEndedDataset().forEach(row -> found.add(row.datasetId()));
    }
    QuarkusTransaction.rollback();

    assertThat(found).containsAll(two);
  }

  @Test
  void readsItselfWhatNobodyReads() throws Exception {
    UploadParsed upload = upload();
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              asking.ask("acme", id, upload, plan());
              Dataset.flush();
              for (int chunk = 0; chunk < 4; chunk++) {
                database
                    .createNativeQuery("INSERT INTO dataset_chunk VALUES (?1, 0, ?2, ?3, NULL)")
                    .setParameter(1, id)
                    .setParameter(2, chunk)
                    .setParameter(3, chunk == 1)
                    .executeUpdate();
              }
            });

    awaitBuilt();
    assertThat(dataset().builtFact().rowsKept()).isEqualTo(30);
  }

  @Test
  void queuesTheChunksOnceHoweverOftenTheBuildBegins() throws Exception {
    UploadParsed upload = upload();
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              asking.ask("acme", id, upload, plan());
              Dataset.flush();
              Claim claim = leases.claim("one").orElseThrow();
              assertThat(claim.id()).isEqualTo(id);
              assertThat(sharing.begin(claim, false)).as("alone").isFalse();
              assertThat(rows("true")).isZero();
              assertThat(sharing.begin(claim, true)).isTrue();
              assertThat(rows("NOT ended")).isEqualTo(4);
              assertThat(sharing.begin(claim, true)).isFalse();
            });

    awaitBuilt();
  }

  @Test
  void deletesAChunkThatIsReadAfterTheEndOfTheBuild() throws Exception {
    UploadParsed upload = upload();
    QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan()));
    awaitBuilt();
    BlobRef late =
        blobs.put("datasets/acme/" + id + "/chunks/0-9.jsonl", InputStream.nullInputStream());

    sharing.ended(ChunkQueued.of(id, 0, 9), late);

    assertThat(isGone(late)).isTrue();
  }

  @Test
  void knowsWhetherAnotherReplicaTakesChunks() {
    await().atMost(PATIENCE).until(company::isAlone);
    Map<String, Object> other =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "group.id",
            "dataset-service",
            "enable.auto.commit",
            false);
    try (var consumer =
        new KafkaConsumer<>(other, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of("tunemesh.dataset-chunks"));
      await()
          .pollInSameThread()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty() && !company.isAlone();
              });
    }

    await().atMost(PATIENCE).until(company::isAlone);
  }

  private UploadParsed upload() throws IOException {
    return SharedReading.cut(blobs, Workbooks.english(blobs, file, "e.xlsx", 30, null), 8);
  }

  private Plan plan() {
    Source source = new Source(file, null, null, null, null, null, null);
    return new Plan(new DatasetSpec(null, List.of(source), null), null, null);
  }

  private void awaitBuilt() {
    await().atMost(PATIENCE).until(() -> dataset().files() != null);
  }

  private Dataset dataset() {
    return QuarkusTransaction.requiringNew().call(() -> Dataset.findById(id));
  }

  private long rows(String condition) {
    return QuarkusTransaction.joiningExisting()
        .call(
            () ->
                (Long)
                    database
                        .createNativeQuery(
                            "SELECT count(*) FROM dataset_chunk WHERE dataset_id = ?1 AND "
                                + condition,
                            Long.class)
                        .setParameter(1, id)
                        .getSingleResult());
  }

  private boolean isGone(BlobRef blob) throws IOException {
    try {
      blobs.open(blob).close();
      return false;
    } catch (BlobNotFound e) {
      return true;
    }
  }
}
