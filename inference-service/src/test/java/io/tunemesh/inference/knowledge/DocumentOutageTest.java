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

/** A document whose records cannot be had now. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class DocumentOutageTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Library library;
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

  @Test
  void waitsForABlobStoreThatIsAwayHoweverLongThatTakes() {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    String file = library.document("a.md", Map.of("text", "x"));
    await().atMost(SOON).until(() -> files.fact("acme", file).isPresent());
    library.held(store, file);
    StoreFile row = library.row(store, file);
    DocumentWorker worker = worker();

    for (int i = 0; i < 9; i++) {
      worker.one(row);
    }

    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
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

  private DocumentWorker worker() {
    Documents noted =
        new Documents(chunks, config, replica, clock) {
          @Override
          void defer(Claim claim, Duration pause, boolean fault) {
            assertThat(fault).isFalse();
            pauses.add(pause.toSeconds());
          }

          @Override
          void fail(Claim claim, String code, String reason) {
            throw new AssertionError(reason);
          }
        };
    BlobStore away =
        (BlobStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (proxy, method, arguments) -> {
                  throw new IOException("away");
                });
    return new DocumentWorker(
        noted,
        new DocumentReading(away, chunks, noted, embeddings, config),
        files,
        stores,
        removals,
        indexes,
        leases,
        config);
  }
}
