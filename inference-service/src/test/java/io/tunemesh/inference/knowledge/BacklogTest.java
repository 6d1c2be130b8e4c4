package io.tunemesh.inference.knowledge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.LeaseRows;
import io.tunemesh.platform.work.Replica;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** More documents than are read in hours. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BacklogTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Files files;
  @Inject VectorStores stores;
  @Inject Removals removals;
  @Inject LeaseRows leases;
  @Inject ChunkTable chunks;
  @Inject KnowledgeConfig config;
  @Inject Workplace workplace;
  @Inject Replica replica;
  @Inject DatabaseClock clock;

  @Test
  void removesWhatWasDeletedWhileDocumentsAreRead() throws Exception {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    Indexes indexes = new Indexes(chunks, config, workplace);
    long revision = stores.revisions(Set.of(store)).get(store);
    indexes.use(store, revision, (index, sources) -> List.of());
    CountDownLatch reading = new CountDownLatch(1);
    Documents endless =
        new Documents(chunks, config, replica, clock) {
          @Override
          Optional<StoreFile> claim() {
            reading.countDown();
            try {
              Thread.sleep(SOON.multipliedBy(10));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Optional.empty();
          }
        };
    DocumentWorker worker =
        new DocumentWorker(endless, null, files, stores, removals, indexes, leases, config);
    worker.start(null);
    try {
      reading.await();

      given()
          .auth()
          .oauth2(MeshResource.KEY)
          .delete("/v1/vector_stores/" + store)
          .then()
          .statusCode(200);

      await().atMost(SOON).until(() -> indexes.stores().isEmpty());
    } finally {
      worker.stop(null);
      indexes.stop(null);
    }
  }

  @Test
  void takesADocumentOfAnotherTenantThanTheLastFirst() {
    String acme = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    String globex =
        Calls.json(Calls.sent(MeshResource.OTHER_KEY, "/v1/vector_stores", "{}").asString())
            .path("id")
            .asText();
    // Rolled back, so that the worker of this process sees none of it.
    QuarkusTransaction.begin();
    try {
      String first = waiting(acme, Duration.ofDays(4));
      String third = waiting(acme, Duration.ofDays(3));
      String second = waiting(globex, Duration.ofDays(2));
      String fourth = waiting(globex, Duration.ofDays(1));

      Documents documents = new Documents(chunks, config, replica, clock);
      assertThat(Stream.generate(() -> documents.claim().orElseThrow().id()).limit(4))
          .containsExactly(first, second, third, fourth);
    } finally {
      QuarkusTransaction.rollback();
    }
  }

  /** A document that waits since so long. */
  private String waiting(String store, Duration since) {
    Instant then = clock.now().minus(since);
    StoreFile file =
        StoreFile.of(
            Ids.random("vsf_"),
            VectorStore.findById(store),
            new FileWish(Ids.random("file-"), null, 300, 60),
            then);
    file.persistAndFlush();
    return file.id();
  }
}
