package io.tunemesh.inference.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The blob of a file that was handed over stays until ingest-service has told of the file. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class HandedOverTest {

  @Inject Files files;
  @Inject UnneededBlobs unneeded;
  @Inject EntityManager entities;
  @Inject Outbox outbox;
  @Inject EventHandler handler;
  @Inject Event<FileTold> told;
  @Inject Event<FileGone> gone;
  @Inject BlobStore blobs;
  @Inject Mesh mesh;

  private final String name = "handed-" + UUID.randomUUID();

  @Test
  void goesWhenTheFileIsThere() throws IOException {
    isGoneAfter(
        id ->
            new UploadReceived(
                id, name, "batch", new BlobRef("uploads/" + id, null, 1L), null, null));
  }

  @Test
  void goesWhenTheFileIsRefused() throws IOException {
    isGoneAfter(
        id -> new UploadRejected(id, name, "file_too_large", "Split it.", null, null, null));
  }

  @Test
  void goesWhenTheFileIsDeleted() throws IOException {
    isGoneAfter(id -> new UploadDeleted(id, name));
  }

  @Test
  void goesAlsoIfTheDatabaseIsAwayForAMoment() {
    BlobRef blob = new BlobRef(Files.key("acme", name), null, 1L);
    String id =
        QuarkusTransaction.requiringNew()
            .call(() -> files.handOver(new Scope("acme", null), name, name, "batch", null, blob));
    AtomicBoolean away = new AtomicBoolean(true);
    Files forgetful =
        new Files(outbox, unneeded, told, gone) {
          @Override
          void tidy(String fileId) {
            if (away.getAndSet(false)) {
              throw new IllegalStateException(new SQLException("connection lost", "08006"));
            }
            super.tidy(fileId);
          }
        };

    new UploadConsumer(handler, forgetful, unneeded).on(record(new UploadDeleted(id, name)));

    assertThat(QuarkusTransaction.requiringNew().call(() -> HandedOver.count("fileId", id)))
        .isZero();
  }

  @Test
  void goesAfterADayIfNoFileIsMadeOfIt() throws IOException {
    String key = Files.key("acme", name);
    files.expect(key);
    mesh.put(key, "one line\n");

    unneeded.remove();
    assertThat(blobs.list("incoming/acme")).extracting("key").contains(key);

    addedBefore("25 hours", key);
    unneeded.remove();
    assertThat(blobs.list("incoming/acme")).extracting("key").doesNotContain(key);
    assertThat(noted(key)).isFalse();
  }

  @Test
  void staysIfAFileIsMadeOfIt() throws IOException {
    String key = Files.key("acme", name);
    files.expect(key);
    BlobRef blob = mesh.put(key, "one line\n");
    Scope scope = new Scope("acme", null);

    QuarkusTransaction.requiringNew()
        .run(() -> files.handOver(scope, name, name, "batch", null, blob));

    assertThat(noted(key)).isFalse();
  }

  @Test
  void isTriedAgainIfItCannotBeRemovedAndKeepsNoOther() {
    String bad = Files.key("acme", name + "-bad");
    String other = Files.key("acme", name + "-other");
    QuarkusTransaction.requiringNew()
        .run(() -> List.of(bad, other).forEach(key -> unneeded.add(key, Duration.ofHours(1))));
    BlobStore away =
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (self, method, args) -> {
                  if (args[0].equals(bad)) {
                    throw new IOException("away");
                  }
                  return null;
                });
    UnneededBlobs failing =
        new UnneededBlobs(entities, away) {
          @Override
          List<String> due() {
            return List.of(bad, other);
          }
        };

    assertThatThrownBy(failing::remove).hasMessageContaining("away");

    assertThat(noted(bad)).isTrue();
    assertThat(noted(other)).isFalse();
  }

  private void addedBefore(String time, String key) {
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                entities
                    .createNativeQuery(
                        "UPDATE unneeded_blob SET due_at = due_at - CAST(:time AS interval)"
                            + " WHERE blob_key = :key")
                    .setParameter("time", time)
                    .setParameter("key", key)
                    .executeUpdate());
  }

  private boolean noted(String key) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                !entities
                    .createNativeQuery("SELECT 1 FROM unneeded_blob WHERE blob_key = :key")
                    .setParameter("key", key)
                    .getResultList()
                    .isEmpty());
  }

  private static ConsumerRecord<String, byte[]> record(UploadEvent fact) {
    Envelope<?> event = new Envelope<>("1", "/test", Instant.now(), "acme", null, null, fact);
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>("t", 0, 0, fact.fileId(), CloudEvents.value(event));
    CloudEvents.headers(event)
        .forEach(
            (header, text) -> record.headers().add(header, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  private void isGoneAfter(Function<String, UploadEvent> fact) throws IOException {
    BlobRef blob = mesh.put(Files.key("acme", name), "one line\n");
    String id =
        QuarkusTransaction.requiringNew()
            .call(() -> files.handOver(new Scope("acme", null), name, name, "batch", null, blob));
    assertThat(blobs.list("incoming/acme")).extracting("key").contains(blob.key());

    mesh.send(fact.apply(id));

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(
                      QuarkusTransaction.requiringNew().call(() -> HandedOver.count("fileId", id)))
                  .isZero();
              assertThat(blobs.list("incoming/acme")).extracting("key").doesNotContain(blob.key());
            });
  }
}
