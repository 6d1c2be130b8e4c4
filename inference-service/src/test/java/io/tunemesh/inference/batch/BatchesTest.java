package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.inference.job.JobStatus;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngine.Reply;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches over HTTP. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BatchesTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Ingest ingest;
  @Inject EntityManager entities;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  /** Those whose file nobody tells of would be looked at for ten minutes. */
  @AfterEach
  void nothingWaits() {
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                RowJob.update(
                    "times.expires = times.created where status = ?1", JobStatus.VALIDATING));
  }

  @Test
  void answersEachRequestInTheOrderOfTheInputAndNamesThoseThatFailed() {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    Script.chats(
        engine,
        question ->
            switch (question) {
              case "q0" -> first;
              case "q5" -> Script.fails(400, "too hard");
              case "q19" -> {
                first.complete(Script.chat("a q0"));
                yield Script.says("a q19");
              }
              default -> Script.says("a " + question);
            });
    String id = create(ingest.received("in.jsonl", lines(20)));

    Ingest.Taken output = ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "completed");

    assertThat(batch.at("/request_counts").toString())
        .isEqualTo("{\"total\":20,\"completed\":19,\"failed\":1}");
    assertThat(batch.path("output_file_id").asText()).isEqualTo(output.id());
    assertThat(batch.path("error_file_id").asText()).isEqualTo(errors.id());
    assertThat(output.request().purpose()).isEqualTo("batch_output");
    List<JsonNode> lines = output.text().lines().map(Calls::json).toList();
    assertThat(lines)
        .extracting(line -> line.path("custom_id").asText())
        .containsExactlyElementsOf(
            IntStream.range(0, 20).filter(i -> i != 5).mapToObj(i -> "c" + i).toList());
    assertThat(lines.getFirst().at("/response/body/choices/0/message/content").asText())
        .isEqualTo("a q0");
    assertThat(lines.getFirst().at("/response/status_code").asInt()).isEqualTo(200);
    assertThat(lines.getFirst().at("/response/request_id").asText()).startsWith("turn-");
    JsonNode failed = Calls.json(errors.text());
    assertThat(failed.path("custom_id").asText()).isEqualTo("c5");
    assertThat(failed.at("/response/status_code").asInt()).isEqualTo(400);
    assertThat(failed.at("/response/body/error/message").asText()).isEqualTo("too hard");
    assertThat(mesh.awaited(BatchCompleted.class, id).completed()).isEqualTo(19);
    assertThat(mesh.awaited(BatchProgressed.class, id))
        .isEqualTo(new BatchProgressed(id, null, 20, 0, 0));
  }

  @Test
  void tellsEveryMistakeWithItsLine() {
    String input =
        """
        {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m"}}
        {"custom_id": "a", "method": "GET", "url": "/v1/embeddings", "body": {"model": "m"}}

        no json
        {"method": "POST", "url": "/v1/chat/completions", "body": {"stream": true}}
        """;
    String id = create(ingest.received("in.jsonl", input));

    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "failed");

    assertThat(batch.at("/errors/data"))
        .extracting(error -> error.path("line").asInt() + " " + error.path("code").asText())
        .containsExactly(
            "2 duplicate_custom_id",
            "2 invalid_method",
            "2 invalid_url",
            "4 invalid_json_line",
            "5 missing_required_parameter",
            "5 missing_required_parameter",
            "5 unsupported_parameter");
    assertThat(engine.asked).isEmpty();
    BatchFailed failed = mesh.awaited(BatchFailed.class, id);
    assertThat(failed.code()).isEqualTo("duplicate_custom_id");
    assertThat(failed.where().row()).isEqualTo(2);
  }

  @Test
  void waitsForAFileThatIsToldOfLater() {
    String file = Ingest.newId();
    String id = create(file);
    assertThat(Calls.get("/v1/batches/" + id).path("status").asText()).isEqualTo("validating");

    ingest.received(file, "in.jsonl", lines(1));

    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");
  }

  @Test
  void waitsForAFileThatIsToldOfMinutesLater() {
    String file = Ingest.newId();
    String id = create(file);
    isOlder(id, Duration.ofMinutes(9));
    long claims = claims(id);
    await().atMost(SOON).until(() -> claims(id) > claims + 1);

    ingest.received(file, "in.jsonl", lines(1));

    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");
  }

  @Test
  void failsForAFileThatNobodyTellsOf() {
    String id = create(Ingest.newId());
    isOlder(id, Duration.ofMinutes(11));

    JsonNode batch = Calls.awaitStatus("/v1/batches/" + id, "failed");

    assertThat(batch.at("/errors/data/0/code").asText()).isEqualTo("file_not_found");
  }

  @Test
  void failsForAnotherTenantsFileAsIfItWereNotThere() {
    String file = ingest.received("in.jsonl", lines(1));
    String id =
        Calls.json(Calls.sent(MeshResource.OTHER_KEY, "/v1/batches", body(file)).asString())
            .path("id")
            .asText();
    isOlder(id, Duration.ofMinutes(11));

    assertThat(mesh.awaited(BatchFailed.class, id).code()).isEqualTo("file_not_found");
    assertThat(Calls.status(MeshResource.KEY, "/v1/batches/" + id)).isEqualTo(404);
  }

  @Test
  void waitsForAnEngineThatIsBusy() {
    AtomicInteger tries = new AtomicInteger();
    Script.chats(
        engine,
        question ->
            tries.incrementAndGet() < 4 ? Script.fails(503, "busy") : Script.says("at last"));
    String id = create(ingest.received("in.jsonl", lines(1)));

    Ingest.Taken output = ingest.takesIn(id + "-output");

    assertThat(output.text()).contains("at last");
    assertThat(tries).hasValue(4);
  }

  @Test
  void isOneBatchWhenTheClientSendsItAgain() {
    String file = Ingest.newId();
    Set<String> ids = ConcurrentHashMap.newKeySet();
    for (Map<String, String> headers :
        List.of(
            Map.of("Idempotency-Key", "k-" + file),
            Map.of("Idempotency-Key", "k-" + file),
            Map.of("x-stainless-retry-count", "1"))) {
      ids.add(
          RestAssured.given()
              .auth()
              .oauth2(MeshResource.KEY)
              .headers(headers)
              .contentType("application/json")
              .body(body(file))
              .post("/v1/batches")
              .path("id"));
    }

    assertThat(ids).hasSize(1);
  }

  @Test
  void isAnotherBatchThanOneThatWasCancelledOrHasOtherMetadata() {
    String file = Ingest.newId();
    String first = create(file);

    String other = again(body(file).replace("spring", "autumn"));
    String same = again(body(file));
    Calls.post("/v1/batches/" + first + "/cancel", "");
    String later = again(body(file));

    assertThat(same).isEqualTo(first);
    assertThat(List.of(other, later)).doesNotContain(first).doesNotHaveDuplicates();
  }

  @Test
  void isOneBatchHoweverOftenTheSdksOwnTimeoutHasPassed() {
    String file = ingest.received("in.jsonl", lines(1));
    String id = create(file);
    await().atMost(SOON).until(() -> look(id).rows().completed() == 1);

    isOlder(id, Duration.ofMinutes(31));

    assertThat(again(body(file), 3)).isEqualTo(id);
    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");
  }

  @Test
  void isAnotherBatchThanOneThatItsTriesDoNotReachBackTo() {
    String file = Ingest.newId();
    String first = create(file);

    isOlder(first, Duration.ofMinutes(25));

    assertThat(again(body(file), 2)).isEqualTo(first);
    assertThat(again(body(file), 1)).as("an older wish").isNotEqualTo(first);
  }

  @Test
  void refusesAKeyThatCameWithAnotherRequest() {
    String file = Ingest.newId();
    keyed(file, body(file)).then().statusCode(200);

    for (String other :
        List.of(
            body(Ingest.newId()),
            body(file).replace("spring", "autumn"),
            body(file).replace("24h", "12h"))) {
      keyed(file, other)
          .then()
          .statusCode(422)
          .body("error.code", equalTo("idempotency_key_reused"));
    }
    keyed(file, body(file)).then().statusCode(200);
  }

  private static Response keyed(String key, String body) {
    return RestAssured.given()
        .auth()
        .oauth2(MeshResource.KEY)
        .header("Idempotency-Key", key)
        .contentType("application/json")
        .body(body)
        .post("/v1/batches");
  }

  private long claims(String id) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                (Long)
                    entities
                        .createNativeQuery("SELECT fence FROM row_job WHERE id = :id", Long.class)
                        .setParameter("id", id)
                        .getSingleResult());
  }

  private static RowJob look(String id) {
    return QuarkusTransaction.requiringNew().call(() -> RowJob.findById(id));
  }

  /** Makes as if it had been asked for so long ago. */
  private static void isOlder(String id, Duration age) {
    QuarkusTransaction.requiringNew()
        .run(() -> RowJob.update("times.created = ?1 where id = ?2", Instant.now().minus(age), id));
  }

  private static String again(String body) {
    return again(body, 1);
  }

  private static String again(String body, int tries) {
    return RestAssured.given()
        .auth()
        .oauth2(MeshResource.KEY)
        .header("x-stainless-retry-count", tries)
        .contentType("application/json")
        .body(body)
        .post("/v1/batches")
        .path("id");
  }

  @Test
  void listsTheTenantsBatchesNewestFirst() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(create(Ingest.newId()));
    }

    JsonNode page = Calls.get("/v1/batches?limit=2");
    JsonNode rest = Calls.get("/v1/batches?limit=1&after=" + page.path("last_id").asText());

    assertThat(page.path("data"))
        .extracting(batch -> batch.path("id").asText())
        .containsExactly(made.get(2), made.get(1));
    assertThat(page.path("has_more").asBoolean()).isTrue();
    assertThat(rest.at("/data/0/id").asText()).isEqualTo(made.get(0));
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    assertThat(Calls.refused(400, "/v1/batches", "{}").path("param").asText())
        .isEqualTo("input_file_id");
    assertThat(
            Calls.refused(400, "/v1/batches", body("file-1").replace("24h", "a while"))
                .path("code")
                .asText())
        .isEqualTo("invalid_completion_window");
    assertThat(Calls.refused(400, "/v1/batches", "[]").path("code").asText())
        .isEqualTo("invalid_json");
  }

  static String create(String file) {
    return Calls.post("/v1/batches", body(file)).path("id").asText();
  }

  static String body(String file) {
    return """
    {"input_file_id": "%s", "endpoint": "/v1/chat/completions", "completion_window": "24h",
     "metadata": {"term": "spring"}}
    """
        .formatted(file);
  }

  static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(
          """
          {"custom_id": "c%d", "method": "POST", "url": "/v1/chat/completions", "body": \
          {"model": "%s", "messages": [{"role": "user", "content": "q%d"}]}}
          """
              .formatted(i, StubEngine.BASE, i));
    }
    return lines.toString();
  }
}
