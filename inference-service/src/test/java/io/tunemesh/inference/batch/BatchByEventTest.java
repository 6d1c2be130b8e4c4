package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchRequested;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that are asked for by event. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BatchByEventTest {

  @Inject Mesh mesh;
  @Inject Ingest ingest;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void comesByEventOnceHoweverOftenItIsSent() {
    String file = ingest.received("in.jsonl", BatchesTest.lines(2));
    String event = UUID.randomUUID().toString();
    String request = "req-" + UUID.randomUUID();
    ObjectNode body = (ObjectNode) Calls.json(BatchesTest.body(file));
    for (int i = 0; i < 3; i++) {
      mesh.send(event, "acme", new BatchRequested(request, body));
    }

    String id = Ids.derived("batch_", "acme /test " + event);
    Ingest.Taken output = ingest.takesIn(id + "-output");
    mesh.awaited(BatchCompleted.class, id);
    assertThat(mesh.events(BatchCompleted.class, id))
        .singleElement()
        .satisfies(
            envelope -> {
              assertThat(envelope.run()).isEqualTo("run-1");
              assertThat(envelope.data())
                  .isEqualTo(new BatchCompleted(id, request, output.id(), null, 2, 2, 0));
            });
    assertThat(Script.asked(engine)).containsExactlyInAnyOrder("q0", "q1");
  }

  @Test
  void isRefusedInARunThatNoUploadCanHave() {
    String event = UUID.randomUUID().toString();
    ObjectNode body = (ObjectNode) Calls.json(BatchesTest.body("file-x"));
    mesh.send(event, "acme", "June batch", new BatchRequested("req-10", body));

    BatchFailed failed =
        mesh.awaited(BatchFailed.class, Ids.derived("batch_", "acme /test " + event));
    assertThat(failed.code()).isEqualTo("invalid_run");
    assertThat(failed.where().field()).isEqualTo("run");
  }

  @Test
  void tellsWhyARequestByEventIsRefused() {
    String event = UUID.randomUUID().toString();
    ObjectNode body = Json.MAPPER.createObjectNode().put("input_file_id", "file-x");
    mesh.send(event, "acme", new BatchRequested("req-9", body.put("endpoint", "/v1/nowhere")));

    String id = Ids.derived("batch_", "acme /test " + event);
    BatchFailed failed = mesh.awaited(BatchFailed.class, id);
    assertThat(failed.code()).isEqualTo("invalid_endpoint");
    assertThat(failed.where().field()).isEqualTo("endpoint");
    JsonNode batch = Calls.get("/v1/batches/" + id);
    assertThat(batch.path("status").asText()).isEqualTo("failed");
    assertThat(batch.path("input_file_id").asText()).isEqualTo("file-x");
    assertThat(batch.path("endpoint").asText()).isEqualTo("/v1/nowhere");
    assertThat(batch.path("completion_window").asText()).isEqualTo("24h");
  }

  @Test
  void showsARefusedRequestThatSaysNothingAsOpenAisObject() {
    String event = UUID.randomUUID().toString();
    ObjectNode body = Json.MAPPER.createObjectNode().put("endpoint", 7);
    mesh.send(
        event, "acme", new BatchRequested("req-11", body.put("completion_window", "a fortnight")));

    String id = Ids.derived("batch_", "acme /test " + event);
    mesh.awaited(BatchFailed.class, id);
    JsonNode batch = Calls.get("/v1/batches/" + id);
    assertThat(batch.path("endpoint").textValue()).isEmpty();
    assertThat(batch.path("completion_window").textValue()).isEqualTo("a fortnight");
  }
}
