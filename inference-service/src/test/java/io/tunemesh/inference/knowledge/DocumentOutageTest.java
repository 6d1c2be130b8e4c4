package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonParseException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseRows;
import io.tunemesh.platform.work.Replica;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A document whose records cannot be had, or not be held. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class DocumentOutageTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Library library;
  @Inject BlobStore blobs;
  @Inject Files files;
  @Inject VectorStores stores;
  @Inject Removals removals;
  @Inject Indexes indexes;
  @Inject LeaseRows leases;
  @Inject ChunkTable chunks;
  @Inject Embeddings embeddings;
  @Inject KnowledgeConfig config;
  @Inject Replica replica;
  @Inject DatabaseClock clock;

  private final List<Long> pauses = new ArrayList<>();
  private final List<Boolean> faults = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private StoreFile row;

  @Test
  void waitsForABlobStoreThatIsAwayHoweverLongThatTakes() {
    take(Map.of("text", "x"));
    DocumentWorker worker = worker(away(), embeddings, config);

    for (int i = 0; i < 9; i++) {
      worker.one(row);
    }

    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    assertThat(faults).doesNotContain(true);
    assertThat(failures).isEmpty();
  }

  @Test
  void givesADocumentUpThatTakesAllMemoryEachTime() {
    take(Map.of("text", "x"));
    Embeddings greedy =
        new Embeddings(config) {
          @Override
          Vectors passage(String text) {
            throw new OutOfMemoryError("asked for by a test");
          }
        };
    DocumentWorker worker = worker(blobs, greedy, config);

    for (int i = 0; i < config.tries(); i++) {
      worker.one(row);
    }

    assertThat(faults).hasSize(config.tries() - 1).containsOnly(true);
    assertThat(failures).containsExactly("server_error");
  }

  @Test
  void refusesADocumentOfMoreTextThanIsHeldAtOnce() {
    take(Map.of("text", "It is said once more. ".repeat(500)));
    KnowledgeConfig little =
        (KnowledgeConfig)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {KnowledgeConfig.class},
                (proxy, method, arguments) ->
                    method.getName().equals("maxCharacters")
                        ? (Object) 20L
                        : method.invoke(config, arguments));

    worker(blobs, embeddings, little).one(row);

    assertThat(failures).containsExactly("invalid_file");
  }

  /** A document that this test's workers hold. */
  private void take(Map<String, String> record) {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    String file = library.document("a.md", record);
    await().atMost(SOON).until(() -> files.fact("acme", file).isPresent());
    library.held(store, file);
    row = library.row(store, file);
  }

  @Test
  void knowsAnOutageFromADocumentThatCannotBeRead() {
    assertThat(DocumentWorker.isOutage(new IOException("connection reset"))).isTrue();
    assertThat(DocumentWorker.isOutage(new IllegalStateException(new SQLException("x", "08006"))))
        .isTrue();
    assertThat(DocumentWorker.isOutage(new JsonParseException(null, "x"))).isFalse();
    assertThat(DocumentWorker.isOutage(new IllegalStateException("x"))).isFalse();
    assertThat(DocumentWorker.isOutage(new IllegalStateException(new SQLException("x", "22021"))))
        .isFalse();
  }

  private DocumentWorker worker(BlobStore blobs, Embeddings embeddings, KnowledgeConfig config) {
    Documents noted =
        new Documents(chunks, config, replica, clock) {
          @Override
          void defer(Claim claim, Duration pause, boolean fault) {
            pauses.add(pause.toSeconds());
            faults.add(fault);
            row.defer(clock.now(), fault);
          }

          @Override
          void fail(Claim claim, String code, String reason) {
            failures.add(code);
          }
        };
    return new DocumentWorker(
        noted,
        new DocumentReading(blobs, chunks, noted, embeddings, config),
        files,
        stores,
        removals,
        indexes,
        leases,
        config);
  }

  private static BlobStore away() {
    return (BlobStore)
        Proxy.newProxyInstance(
            DocumentOutageTest.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              throw new IOException("away");
            });
  }
}
