package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that end before every request was asked. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BatchEndTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Ingest ingest;
  @Inject Files files;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void keepsWhatIsAnsweredWhenItIsCancelled() {
    Script.chats(
        engine,
        question -> question.equals("q0") ? Script.says("done") : new CompletableFuture<>());
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(30)));
    await()
        .atMost(SOON)
        .until(() -> Calls.get("/v1/batches/" + id).at("/request_counts/completed").asInt() == 1);

    JsonNode cancelling = Calls.post("/v1/batches/" + id + "/cancel", "");

    assertThat(cancelling.path("status").asText()).isEqualTo("cancelling");
    Ingest.Taken output = ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "cancelled");
    assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(1);
    assertThat(output.text().lines()).hasSize(1);
    assertThat(errors.text().lines()).hasSize(29);
    assertThat(Calls.json(errors.text().lines().findFirst().get()).at("/error/code").asText())
        .isEqualTo("batch_cancelled");
    assertThat(mesh.awaited(BatchFailed.class, id).code()).isEqualTo("cancelled");
  }

  @Test
  void endsWithoutAnOutputThatIsDeletedBeforeTheOtherFileIsThere() {
    Script.chats(
        engine,
        question -> question.equals("q0") ? Script.says("done") : Script.fails(400, "too hard"));
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(2)));
    String output = ingest.takesIn(id + "-output").id();
    await().atMost(SOON).until(() -> files.find("acme", output).isPresent());

    mesh.send(new UploadDeleted(output, "in.jsonl"));

    await().atMost(SOON).until(() -> files.find("acme", output).isEmpty());
    String errors = ingest.takesIn(id + "-errors").id();
    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "completed");
    assertThat(batch.path("output_file_id").asText("")).isEmpty();
    assertThat(batch.path("error_file_id").asText()).isEqualTo(errors);
    assertThat(mesh.awaited(BatchCompleted.class, id).completed()).isEqualTo(1);
  }

  @Test
  void isNotCancelledWhenItHasEnded() {
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(1)));
    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");

    assertThat(Calls.refused(400, "/v1/batches/" + id + "/cancel", "").path("code").asText())
        .isEqualTo("invalid_state");
  }

  @Test
  void namesWhatWasNotAskedWhenItsTimeRunsOut() {
    Script.chats(
        engine,
        question -> question.equals("q0") ? Script.says("done") : new CompletableFuture<>());
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(10)));
    await()
        .atMost(SOON)
        .until(() -> Calls.get("/v1/batches/" + id).at("/request_counts/completed").asInt() == 1);

    QuarkusTransaction.requiringNew()
        .run(() -> RowJob.update("times.expires = times.created where id = ?1", id));

    ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "expired");
    assertThat(batch.at("/request_counts").toString())
        .isEqualTo("{\"total\":10,\"completed\":1,\"failed\":9}");
    assertThat(errors.text().lines().map(Calls::json))
        .allSatisfy(line -> assertThat(line.at("/error/code").asText()).isEqualTo("batch_expired"));
  }
}
