package io.tunemesh.inference.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.alias.AliasClient;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AccessLogTest {

  private static final Logger LOG = Logger.getLogger("io.tunemesh.access");
  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    engine.behave();
    LOG.addHandler(listener);
  }

  @AfterEach
  void stop() {
    LOG.removeHandler(listener);
  }

  @Test
  void writesOneLineForEachTurnAndNeverWhatWasSaid() throws IOException {
    AliasClient.put("logged", AliasClient.model(StubEngine.BASE)).statusCode(200);
    engine.usage = new JsonObject().put("prompt_tokens", 7).put("completion_tokens", 5);

    String answered = scenario.chat("logged").statusCode(200).extract().header("x-request-id");
    String refused =
        scenario
            .chat(MeshResource.OTHER_KEY, Scenario.request("log \\\"forged\\\""))
            .statusCode(404)
            .extract()
            .header("x-request-id");

    JsonNode good = line(answered);
    assertThat(good.path("tenant").asText()).isEqualTo("acme");
    assertThat(good.path("key").asText()).isEqualTo("test");
    assertThat(good.path("model_asked").asText()).isEqualTo("logged");
    assertThat(good.path("model_answered").asText()).isEqualTo(StubEngine.BASE);
    assertThat("http://" + good.path("engine").asText()).isEqualTo(engine.url());
    assertThat(good.path("status").asInt()).isEqualTo(200);
    assertThat(good.path("prompt_tokens").asInt()).isEqualTo(7);
    assertThat(good.path("duration_ms").asDouble()).isPositive();
    JsonNode bad = line(refused);
    assertThat(bad.path("code").asText()).isEqualTo("model_not_found");
    assertThat(bad.has("engine")).isFalse();
    assertThat(bad.path("outcome").asText()).isEqualTo("refused");
    assertThat(lines).noneMatch(text -> text.contains("hello") || text.contains("\n"));
  }

  @Test
  void tellsOfAStreamThatEndedInTheEnginesErrorAsAFailure() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = stream();
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    engine.frame("one");
    engine.raw("data: {\"error\": {\"message\": \"m\", \"code\": 503, \"type\": \"x\"}}\n\n");
    engine.endStream();

    JsonNode line = line(answer.get().headers().firstValue("x-request-id").orElseThrow());

    assertThat(answer.get().body()).contains("one", "\"error\"");
    assertThat(line.path("outcome").asText()).isEqualTo("failed");
    assertThat(line.path("status").asInt()).isEqualTo(503);
    assertThat(line.path("code").asText()).isEqualTo("engine_error");
    assertThat(line.path("stream").asBoolean()).isTrue();
  }

  @Test
  void tellsOfAStreamThatARuleRefusedAsRefused() throws Exception {
    String rules = "/v1/rules/" + StubEngine.BASE;
    api().body("{\"after\": {\"json\": {}}}").put(rules).then().statusCode(200);
    try {
      CompletableFuture<HttpResponse<String>> answer = stream();
      await().atMost(SOON).until(() -> engine.openStreams() == 1);
      engine.frame("no json");
      engine.endStream();

      JsonNode line = line(answer.get().headers().firstValue("x-request-id").orElseThrow());

      assertThat(line.path("outcome").asText()).isEqualTo("refused");
      assertThat(line.path("status").asInt()).isEqualTo(422);
      assertThat(line.path("code").asText()).isEqualTo("not_json");
    } finally {
      api().delete(rules).then().statusCode(200);
    }
  }

  @Test
  void tellsOfAStreamWhoseAskerWentAway() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = stream();
    await().atMost(SOON).until(() -> engine.openStreams() == 1);

    answer.cancel(true);

    await()
        .atMost(SOON)
        .until(() -> lines.stream().anyMatch(line -> line.contains("\"outcome\":\"cancelled\"")));
    assertThat(lines).hasSize(1);
    assertThat(Json.MAPPER.readTree(lines.getFirst()).path("status").asInt()).isEqualTo(499);
  }

  @Test
  void tellsOfRequestsThatBecameNoTurn() throws IOException {
    JsonNode unread = line(scenario.chat(MeshResource.KEY, "{"), 400);
    JsonNode unknown = line(scenario.chat("nobody", Scenario.request("m")), 401);
    JsonNode asked = line(api().get("/v1/aliases?limit=1").then(), 200);
    JsonNode absent = line(api().get("/v1/batches/none").then(), 404);

    assertThat(unread.path("path").asText()).isEqualTo("/v1/chat/completions");
    assertThat(unread.path("tenant").asText()).isEqualTo("acme");
    assertThat(unread.path("outcome").asText()).isEqualTo("refused");
    assertThat(unknown.has("tenant")).isFalse();
    assertThat(asked.path("method").asText()).isEqualTo("GET");
    assertThat(asked.path("path").asText()).isEqualTo("/v1/aliases");
    assertThat(asked.path("key").asText()).isEqualTo("test");
    assertThat(asked.path("outcome").asText()).isEqualTo("answered");
    assertThat(absent.path("duration_ms").isNumber()).isTrue();
  }

  private JsonNode line(ValidatableResponse response, int status) throws IOException {
    JsonNode line = line(response.statusCode(status).extract().header("x-request-id"));
    assertThat(line.path("status").asInt()).isEqualTo(status);
    return line;
  }

  private static RequestSpecification api() {
    return given().auth().oauth2(MeshResource.KEY).contentType("application/json");
  }

  private CompletableFuture<HttpResponse<String>> stream() {
    return StreamedChat.asked(chatUrl, Scenario.streamed(StubEngine.BASE));
  }

  private JsonNode line(String id) throws IOException {
    await().atMost(SOON).until(() -> lines.stream().anyMatch(text -> text.contains(id)));
    List<String> its = lines.stream().filter(text -> text.contains(id)).toList();
    assertThat(its).hasSize(1);
    return Json.MAPPER.readTree(its.getFirst());
  }
}
