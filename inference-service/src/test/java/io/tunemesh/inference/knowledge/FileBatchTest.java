package io.tunemesh.inference.knowledge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that come to stores together, and files that go. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class FileBatchTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Library library;
  @Inject Files files;
  @Inject Documents documents;
  @Inject ChunkTable chunks;
  @Inject ObjectMapper mapper;

  private String store;
  private String batches;

  @BeforeEach
  void newStore() {
    store = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    batches = "/v1/vector_stores/" + store + "/file_batches";
  }

  @Test
  void attachesFilesTogetherEachWithItsOwnAttributes() {
    String one = library.document("a.md", Map.of("text", "Slugs avoid copper."));
    String other = library.document("b.md", Map.of("text", "Snails like beer."));
    String bad = library.rejected("c.pdf", "no text");

    JsonNode made =
        Calls.post(
            batches,
            """
            {"files": [{"file_id": "%s", "attributes": {"year": 2024}}, {"file_id": "%s"}, {"file_id": "%s"}]}
            """
                .formatted(one, other, bad));

    assertThat(made.path("object").asText()).isEqualTo("vector_store.files_batch");
    assertThat(made.at("/file_counts/total").asInt()).isEqualTo(3);
    String batch = batches + "/" + made.path("id").asText();
    JsonNode done = Calls.awaitStatus(batch, "completed");
    assertThat(done.at("/file_counts/completed").asInt()).isEqualTo(2);
    assertThat(done.at("/file_counts/failed").asInt()).isEqualTo(1);
    assertThat(Calls.get(batch + "/files?filter=failed").findValuesAsText("id"))
        .containsExactly(bad);
    assertThat(library.row(store, one).attributes().path("year").asInt()).isEqualTo(2024);
    assertThat(Calls.sent(MeshResource.OTHER_KEY, batch + "/cancel", "").statusCode())
        .isEqualTo(404);
    assertThat(Calls.refused(400, batch + "/cancel", "").path("code").asText())
        .isEqualTo("batch_is_over");

    // Again with one more: what is there already counts as it is, and the old batch keeps it.
    String third = library.document("d.md", Map.of("text", "Frogs eat both."));
    JsonNode again = Calls.post(batches, "{\"file_ids\": [\"%s\", \"%s\"]}".formatted(one, third));
    JsonNode whole = Calls.awaitStatus(batches + "/" + again.path("id").asText(), "completed");
    assertThat(whole.at("/file_counts/completed").asInt()).isEqualTo(2);
    assertThat(Calls.get(batch).at("/file_counts/completed").asInt()).isEqualTo(2);
  }

  @Test
  void attachesAFileOnceHoweverOftenItIsSent() {
    String files = "/v1/vector_stores/" + store + "/files";
    String body = "{\"file_id\": \"file-again\", \"attributes\": {\"year\": %d}}";
    JsonNode attached = Calls.post(files, body.formatted(2024));

    assertThat(Calls.post(files, body.formatted(2024))).isEqualTo(attached);
    assertThat(Calls.refused(400, files, body.formatted(2025)).path("code").asText())
        .isEqualTo("already_attached");
    assertThat(Calls.get(files).path("data")).hasSize(1);
  }

  @Test
  void readsNothingMoreOfABatchThatIsCancelled() {
    Claim claim = library.held(store, "file-one");
    library.held(store, "file-two");
    JsonNode made = Calls.post(batches, "{\"file_ids\": [\"file-one\", \"file-two\"]}");
    String batch = batches + "/" + made.path("id").asText();

    JsonNode cancelled = Calls.post(batch + "/cancel", "");

    assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
    assertThat(cancelled.at("/file_counts/cancelled").asInt()).isEqualTo(2);
    assertThat(Calls.post(batch + "/cancel", "")).isEqualTo(cancelled);
    assertThat(Calls.get("/v1/vector_stores/" + store).at("/file_counts/cancelled").asInt())
        .isEqualTo(2);
    String files = "/v1/vector_stores/" + store + "/files";
    assertThat(Calls.get(files + "?filter=cancelled").path("data")).hasSize(2);
    assertThatThrownBy(() -> documents.complete(claim, "late.md", 1, 1))
        .isInstanceOf(LeaseLost.class);
    assertThat(Calls.post(files, "{\"file_id\": \"file-two\"}").path("status").asText())
        .isEqualTo("in_progress");
    Calls.post(batch + "/cancel", "");
    assertThat(library.row(store, "file-two").status()).isNotEqualTo(StoreFile.Status.CANCELLED);
  }

  @Test
  void tellsWhatABatchLacks() {
    assertThat(Calls.refused(400, batches, "{}").toString()).contains("\"file_ids\"");
    assertThat(Calls.refused(400, batches, "{\"file_ids\": [], \"files\": []}").toString())
        .contains("not both");
    assertThat(
            Calls.refused(400, batches, "{\"files\": [{\"attributes\": {\"a\": [1]}}, 7]}")
                .toString())
        .contains("files[0].file_id")
        .contains("files[0].attributes")
        .contains("files[1]");
    for (String id : List.of("x".repeat(257), "a\\u0000b")) {
      for (String body :
          List.of("{\"file_ids\": [\"%s\"]}", "{\"files\": [{\"file_id\": \"%s\"}]}")) {
        assertThat(Calls.refused(400, batches, body.formatted(id)).toString()).contains("NUL");
      }
      assertThat(
              Calls.refused(400, "/v1/vector_stores", "{\"file_ids\": [\"%s\"]}".formatted(id))
                  .toString())
          .contains("NUL");
    }
    String nul = "{\"%s\": {\"k\": \"\\u0000\"}}";
    Calls.refused(400, "/v1/vector_stores", nul.formatted("metadata"));
    Calls.refused(
        400, batches, "{\"file_ids\": [\"f\"], " + nul.formatted("attributes").substring(1));
    assertThat(Calls.status(MeshResource.KEY, batches + "/vsfb_none")).isEqualTo(404);
  }

  @Test
  void takesAsManyFilesAsOpenAiDoes() {
    String ids = "\"file-of-many\",".repeat(1999) + "\"file-of-many\"";
    JsonNode made = Calls.post(batches, "{\"file_ids\": [%s]}".formatted(ids));

    assertThat(made.at("/file_counts/total").asInt()).isEqualTo(1);
    assertThat(
            Calls.refused(400, batches, "{\"file_ids\": [%s, \"one-more\"]}".formatted(ids))
                .toString())
        .contains("at most 2000");
  }

  @Test
  void losesAFileThatIsDeletedFromAllStores() {
    String file = library.document("a.md", Map.of("text", "A secret sentence."));
    String late = "file-never-read";
    String second = Calls.post("/v1/vector_stores", "{}").path("id").asText();
    for (String each : List.of(store, second)) {
      Calls.post(
          "/v1/vector_stores/" + each + "/file_batches",
          "{\"file_ids\": [\"%s\", \"%s\"]}".formatted(file, late));
      Calls.awaitStatus("/v1/vector_stores/" + each + "/files/" + file, "completed");
    }
    String row = library.row(store, file).id();
    assertThat(found(second)).isEqualTo(1);

    library.deleted(file);
    library.deleted(late);

    await()
        .atMost(SOON)
        .until(
            () ->
                Calls.get("/v1/vector_stores/" + store).at("/file_counts/total").asInt() == 0
                    && found(store) == 0
                    && found(second) == 0);
    assertThat(chunks.from(row, 0, 10)).isEmpty();
  }

  @Test
  void keepsAFileThatAnotherTenantSaysItDeleted() {
    String file = library.document("a.md", Map.of("text", "Ours."));
    String path = "/v1/vector_stores/" + store + "/files";
    Calls.post(path, "{\"file_id\": \"%s\"}".formatted(file));
    Calls.awaitStatus(path + "/" + file, "completed");

    library.deletedBy("globex", file);
    library.renamed(file, "later.md");

    await()
        .atMost(SOON)
        .until(() -> files.find("acme", file).orElseThrow().filename(), "later.md"::equals);
    assertThat(Calls.get(path + "/" + file).path("status").asText()).isEqualTo("completed");
  }

  @Test
  void tellsTheContentOfALongFileWholeOrNotAtAll() {
    Map<String, String>[] records = records(60);
    String file = library.document("long.md", records);
    String path = "/v1/vector_stores/" + store + "/files";
    Calls.post(
        path,
        """
        {"file_id": "%s", "chunking_strategy": {"type": "static",
         "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}}
        """
            .formatted(file));
    Calls.awaitStatus(path + "/" + file, "completed");

    String content =
        given()
            .auth()
            .oauth2(MeshResource.KEY)
            .get(path + "/" + file + "/content")
            .then()
            .statusCode(200)
            .contentType("application/json")
            .extract()
            .asString();

    StoreFile row = library.row(store, file);
    JsonNode page = Calls.json(content);
    assertThat(page.path("data")).hasSize(row.chunks()).hasSizeGreaterThan(50);
    assertThat(content).contains("Sentence 0 ").contains("Sentence 59 ");
    FileContent more = new FileContent(row.id(), row.chunks() + 1, chunks, mapper);
    assertThatThrownBy(() -> more.write(new ByteArrayOutputStream()))
        .isInstanceOf(IOException.class);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String>[] records(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                Map.of(
                    "text",
                    ("Sentence %d is about number %d of many. "
                            + "And it goes on for a while. ".repeat(12))
                        .formatted(i, i)))
        .toArray(Map[]::new);
  }

  private static int found(String store) {
    return Calls.post("/v1/vector_stores/" + store + "/search", "{\"query\": \"secret\"}")
        .path("data")
        .size();
  }
}
