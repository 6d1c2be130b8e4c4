package io.tunemesh.inference.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs whose rows cannot be answered now: they leave the workers to others. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class JobsThatWaitTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Ingest ingest;
  @Inject Scenario scenario;
  @Inject JobConfig config;
  @Inject Files files;
  @Inject BlobStore blobs;

  private final StubEngine engine = StubEngineResource.engine();
  private final List<String> waiting = new ArrayList<>();

  @BeforeEach
  void someQuestionsAreNotAnsweredNow() {
    engine.behave();
    Script.chats(
        engine, question -> question.startsWith("away") ? Script.fails(429, "later") : null);
  }

  @AfterEach
  void wellBehaved() {
    waiting.forEach(id -> Calls.post("/v1/batches/" + id + "/cancel", ""));
    // Until then their rows may be asked, in the middle of the next test.
    for (String id : waiting) {
      await().atMost(SOON).until(() -> job(id).outcome == JobStatus.CANCELLED);
    }
    engine.behave();
  }

  @Test
  void doNotStopAJobThatCanBeDone() {
    for (int worker = 0; worker < config.parallel(); worker++) {
      String question = "away-" + worker;
      waiting.add(create(lines(StubEngine.BASE, question, 12)));
      await().atMost(SOON).until(() -> Script.asked(engine).contains(question));
    }

    String id = create(lines(StubEngine.BASE, "hello", 3));

    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");
    for (String each : waiting) {
      assertThat(Calls.get("/v1/batches/" + each).path("status").asText()).isEqualTo("in_progress");
    }
  }

  @Test
  void nameTheirRowsWhenTheirTimeIsOver() {
    String id = create(lines(StubEngine.BASE, "away", 12));
    await().atMost(SOON).until(() -> Script.asked(engine).contains("away"));

    QuarkusTransaction.requiringNew()
        .run(() -> RowJob.update("times.expires = times.created where id = ?1", id));

    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    Calls.awaitStatus("/v1/batches/" + id, "expired");
    assertThat(errors.text().lines().map(Calls::json))
        .hasSize(12)
        .allSatisfy(line -> assertThat(line.at("/error/code").asText()).isEqualTo("batch_expired"));
  }

  @Test
  void areGoneOnWithWhenWhatTheyWaitForIsThere() {
    String id = create(lines(StubEngine.BASE, "away", 12));
    await().atMost(SOON).until(() -> Script.asked(engine).contains("away"));

    Script.chats(engine, question -> Script.says("back"));

    assertThat(ingest.takesIn(id + "-output").text().lines()).hasSize(12);
    Calls.awaitStatus("/v1/batches/" + id, "completed");
  }

  @Test
  void areGoneOnWithFromTheFirstRowThatIsLeft() throws IOException {
    String beginning = lines(StubEngine.BASE, "hello", 3);
    String rest = lines(StubEngine.BASE, "away", 12);
    String id = create(beginning + rest);
    await().atMost(SOON).until(() -> left(id) != null && left(id).row() == 3);
    assertThat(left(id).at()).isEqualTo(beginning.length());

    // What comes before is not even looked at: these are no rows at all.
    String key = files.find("acme", job(id).inputFile()).orElseThrow().content().key();
    String blank = " ".repeat(beginning.length() - 1) + "\n";
    blobs.put(key, new ByteArrayInputStream((blank + rest).getBytes(UTF_8)));
    Script.chats(engine, question -> Script.says("back"));

    assertThat(ingest.takesIn(id + "-output").text().lines()).hasSize(15);
    Calls.awaitStatus("/v1/batches/" + id, "completed");
  }

  private static Left left(String id) {
    return job(id).left;
  }

  private static RowJob job(String id) {
    return QuarkusTransaction.requiringNew().call(() -> RowJob.findById(id));
  }

  @Test
  void haveTheRowsOfOtherModelsAnsweredMeanwhile() {
    AdapterPublished away = scenario.serves("away");
    String id = create(lines(away.model(), "away", 12) + lines(StubEngine.BASE, "hello", 2));
    waiting.add(id);

    await().atMost(SOON).until(() -> counts(id).path("completed").asInt() == 2);

    assertThat(counts(id).path("failed").asInt()).isZero();
  }

  private static JsonNode counts(String id) {
    return Calls.get("/v1/batches/" + id).path("request_counts");
  }

  private String create(String lines) {
    String file = ingest.received("in.jsonl", lines);
    String body =
        "{\"input_file_id\": \"%s\", \"endpoint\": \"/v1/chat/completions\"}".formatted(file);
    return Calls.post("/v1/batches", body).path("id").asText();
  }

  private static String lines(String model, String question, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(
          """
          {"custom_id": "%s-%d", "method": "POST", "url": "/v1/chat/completions", "body": \
          {"model": "%s", "messages": [{"role": "user", "content": "%s"}]}}
          """
              .formatted(question, i, model, question));
    }
    return lines.toString();
  }
}
