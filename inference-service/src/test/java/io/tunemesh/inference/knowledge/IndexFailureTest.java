package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Askers who go away, indexes that break, and changes of one store at once. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class IndexFailureTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Library library;
  @Inject VectorStores stores;
  @Inject Documents documents;
  @Inject ChunkTable chunks;
  @Inject KnowledgeConfig config;
  @Inject Workplace workplace;
  @Inject Indexes indexes;
  @Inject AgroalDataSource database;

  private Indexes replica;

  @BeforeEach
  void anotherReplica() {
    replica = new Indexes(chunks, config, workplace);
  }

  @AfterEach
  void stop() {
    replica.stop(null);
  }

  @Test
  void anAskerWhoGoesAwayBreaksNoIndex() throws Exception {
    String store = store("Slugs avoid copper.");
    // Asked for before, since an interrupt would also keep a connection from being opened.
    long revision = revision(store);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> found(replica, store, revision))
        .isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).isFalse();
    assertThat(found(replica, store)).containsExactly("Slugs avoid copper.");
  }

  @Test
  void anIndexThatBrokeIsMadeAnew() throws Exception {
    String store = store("Slugs avoid copper.");
    breakIndex(replica, store);
    add(store, "Slugs like beer.");

    assertThatThrownBy(() -> found(replica, store)).isInstanceOf(IllegalStateException.class);

    assertThat(found(replica, store)).hasSize(2);
  }

  @Test
  void anIndexThatBrokeKeepsNoOtherStoreFromItsDocuments() throws Exception {
    String broken = store("Slugs avoid copper.");
    breakIndex(indexes, broken);
    String other = store("Snails avoid salt.");

    add(broken, "Slugs like beer.");
    add(other, "Snails like beer.");

    assertThat(found(indexes, other)).hasSize(2);
    await().atMost(SOON).ignoreExceptions().until(() -> found(indexes, broken).size() == 2);
  }

  @Test
  void anIndexLiesWhereTheNextProcessFindsItAfterACrash() throws Exception {
    String store = store("Slugs avoid copper.");

    Path folder = replica.use(store, revision(store), (index, sources) -> index.folder());

    Path beside = workplace.folder("test");
    Files.delete(beside);
    assertThat(folder).isDirectory().hasParent(beside.getParent());
  }

  @Test
  void anIndexStaysThatWasOpenedWhileTheStoresWereAskedFor() throws Exception {
    String store = store("Slugs avoid copper.");
    Set<String> asked = replica.stores();
    assertThat(found(replica, store)).hasSize(1);

    replica.follow(asked, stores.revisions(asked));

    assertThat(replica.stores()).containsExactly(store);
  }

  @Test
  void aDocumentIsCompletedWhileItsAttributesAreChanged() throws Exception {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    String file = library.document("a.md", Map.of("text", "x"));
    Claim claim = library.held(store, file);
    ObjectNode attributes = Json.MAPPER.createObjectNode().put("year", 2024);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> completing =
          QuarkusTransaction.requiringNew()
              .call(
                  () -> {
                    stores.attributes("acme", store, file, attributes);
                    var late = threads.submit(() -> documents.complete(claim, "a.md", 0, 0));
                    await().atMost(SOON).until(this::somebodyWaits);
                    return late;
                  });
      completing.get();
    }

    StoreFile row = library.row(store, file);
    assertThat(row.status()).isEqualTo(StoreFile.Status.COMPLETED);
    assertThat(row.attributes()).isEqualTo(attributes);
  }

  @Test
  void aBatchIsCancelledBehindTheDeletionOfItsStore() throws Exception {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    library.held(store, "file-one");
    String batches = "/v1/vector_stores/" + store + "/file_batches";
    String batch = Calls.post(batches, "{\"file_ids\": [\"file-one\"]}").path("id").asText();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> cancelled =
          QuarkusTransaction.requiringNew()
              .call(
                  () -> {
                    VectorStore deleted =
                        VectorStore.findById(store, LockModeType.PESSIMISTIC_WRITE);
                    var late =
                        threads.submit(
                            () ->
                                Calls.sent(MeshResource.KEY, batches + "/" + batch + "/cancel", "")
                                    .statusCode());
                    await().atMost(SOON).until(() -> somebodyWaits() || late.isDone());
                    deleted.delete();
                    return late;
                  });
      assertThat(cancelled.get()).isEqualTo(404);
    }
  }

  private boolean somebodyWaits() throws SQLException {
    try (var connection = database.getConnection();
        var ask =
            connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
        var row = ask.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** As if its disk had failed. */
  private void breakIndex(Indexes of, String store) throws Exception {
    of.use(
        store,
        revision(store),
        (index, sources) -> {
          index.close();
          return List.of();
        });
  }

  private List<String> found(Indexes in, String store) throws InterruptedException {
    return found(in, store, revision(store));
  }

  private static List<String> found(Indexes in, String store, long revision)
      throws InterruptedException {
    Search search = Search.of("slugs snails", 5);
    return in
        .use(
            store,
            revision,
            (index, sources) -> index.search(search, new Vectors(null, null), sources))
        .stream()
        .map(Excerpt::text)
        .toList();
  }

  private long revision(String store) {
    return stores.revisions(Set.of(store)).get(store);
  }

  private String store(String text) {
    String store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    add(store, text);
    return store;
  }

  private void add(String store, String text) {
    String file = library.document("a.md", Map.of("text", text));
    Calls.post("/v1/vector_stores/" + store + "/files", "{\"file_id\": \"%s\"}".formatted(file));
    library.awaitCompleted(store, file);
  }
}
