package io.tunemesh.inference.quota;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the operator's own tenant, whose quota no other test needs. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class QuotaTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** Less than it takes for the missing tokens to flow in by themselves. */
  private static final Duration BEFORE_THEY_FLOW = Duration.ofSeconds(20);

  @Inject Scenario scenario;
  @Inject Replicas replicas;
  @Inject Rates rates;
  @Inject Turns turns;
  @Inject AgroalDataSource database;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void freshAndFull() throws SQLException {
    engine.behave();
    rates.rest(Duration.ZERO);
    try (var connection = database.getConnection();
        var delete = connection.prepareStatement("DELETE FROM quota_bucket")) {
      delete.executeUpdate();
    }
  }

  @AfterEach
  void noLimits() {
    as(MeshResource.OPERATOR_KEY).delete("/v1/quotas/house");
    as(MeshResource.OPERATOR_KEY).delete("/v1/quotas/house/keys/operator");
  }

  @Test
  void refusesOneRequestTooManyAndTellsWhenToComeAgain() {
    put("house", "{\"requests_per_minute\": 3}");

    chat()
        .statusCode(200)
        .header("x-ratelimit-limit-requests", "3")
        .header("x-ratelimit-remaining-requests", "2");
    chat().statusCode(200);
    chat().statusCode(200).header("x-ratelimit-remaining-requests", "0");
    int asked = engine.asked.size();
    chat()
        .statusCode(429)
        .header("Retry-After", matchesPattern("[1-9]\\d?"))
        .header("x-ratelimit-reset-requests", matchesPattern("\\d+s"))
        .body("error.type", equalTo("rate_limit_error"))
        .body("error.code", equalTo("rate_limit_exceeded"));
    assertThat(engine.asked).hasSize(asked);
  }

  @Test
  void countsTheTokensThatWereUsedAndNotThoseThatWereExpected() {
    put("house", "{\"tokens_per_minute\": 1000}");
    engine.usage = new JsonObject().put("prompt_tokens", 20).put("completion_tokens", 30);

    // Each is expected to take 502 tokens, and takes 50.
    String remaining = asking(500).statusCode(200).extract().header("x-ratelimit-remaining-tokens");
    assertThat(Long.parseLong(remaining)).isLessThan(900);
    await().atMost(BEFORE_THEY_FLOW).until(() -> asking(500).extract().statusCode() == 200);
    engine.usage = new JsonObject().put("prompt_tokens", 20).put("completion_tokens", 3000);
    await().atMost(BEFORE_THEY_FLOW).until(() -> asking(500).extract().statusCode() == 200);

    // The debt of that answer is paid first.
    await().atMost(SOON).until(() -> asking(10).extract().statusCode() == 429);
    asking(2000).statusCode(413).body("error.code", equalTo("request_exceeds_quota"));
  }

  @Test
  void chargesNoTokensForWhatTheEngineRefuses() {
    put("house", "{\"tokens_per_minute\": 1000}");
    engine.answerStatus = 400;

    for (int i = 0; i < 8; i++) {
      await().atMost(BEFORE_THEY_FLOW).until(() -> asking(900).extract().statusCode() == 400);
    }
  }

  @Test
  void tellsTheServiceTierThatAWholeChatHadToOneWhoNamedOne() {
    tier("fast").body("service_tier", equalTo("default"));
    tier("flex").body("service_tier", equalTo("flex"));
    chat().body("service_tier", nullValue());

    put("house", "{\"highest_priority\": \"high\"}");
    tier("fast").body("service_tier", equalTo("priority"));
    tier("auto").body("service_tier", equalTo("default"));
  }

  private ValidatableResponse tier(String tier) {
    String body = Scenario.request(StubEngine.BASE);
    return scenario
        .chat(
            MeshResource.OPERATOR_KEY,
            body.replaceFirst("\\{", "{\"service_tier\": \"" + tier + "\", "))
        .statusCode(200);
  }

  @Test
  void expectsAllCandidatesThatTheRulesAskFor() {
    as(MeshResource.OPERATOR_KEY)
        .body("{\"after\": {\"rank\": {\"by\": \"longest\", \"ask\": 4}}}")
        .put("/v1/rules/" + StubEngine.BASE)
        .then()
        .statusCode(200);
    try {
      put("house", "{\"tokens_per_minute\": 1000}");

      asking(200).statusCode(200);
      asking(300).statusCode(413).body("error.code", equalTo("request_exceeds_quota"));
    } finally {
      as(MeshResource.OPERATOR_KEY).delete("/v1/rules/" + StubEngine.BASE).then().statusCode(200);
    }
    assertThat(engine.asked.getLast().getInteger("n")).isEqualTo(4);
  }

  @Test
  void countsARowThatWaitsForItsEngineOnceWhenItIsAnswered() throws Exception {
    put("house", "{\"requests_per_minute\": 1}");
    engine.die();
    try {
      for (int i = 0; i < 4; i++) {
        // What was given back may be on its way to the other replicas just then.
        await().atMost(SOON).until(() -> asRow() == 503);
      }
    } finally {
      engine.start();
    }
    // One that is there and busy has not taken the row either.
    engine.answerStatus = 503;
    await().atMost(SOON).until(() -> asRow() == 503 && !engine.asked.isEmpty());
    engine.answerStatus = 429;
    int asked = engine.asked.size();
    await().atMost(SOON).until(() -> asRow() > 0 && engine.asked.size() > asked);
    engine.answerStatus = 200;

    await().atMost(SOON).until(() -> asRow() == 0);

    assertThat(asRow()).isEqualTo(429);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                as(MeshResource.OPERATOR_KEY)
                    .get("/v1/usage?group_by=key")
                    .then()
                    .body("data.find {it.key == 'rows'}.requests", equalTo(1))
                    .body("data.find {it.key == 'rows'}.failed", equalTo(0)));
  }

  /** Asks as a row of a batch does; the status of the refusal, or 0 if it is answered. */
  private int asRow() throws InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", StubEngine.BASE);
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");
    try {
      turns.ask(Turn.of(new Asker("house", "rows", null), Api.CHAT, Source.BATCH, body));
      return 0;
    } catch (NotYet refusal) {
      return refusal.problem().status();
    }
  }

  @Test
  void limitsAKeyWithinItsTenant() {
    as(MeshResource.OPERATOR_KEY)
        .body("{\"requests_per_minute\": 1}")
        .put("/v1/quotas/house/keys/operator")
        .then()
        .statusCode(200)
        .body("key", equalTo("operator"));

    chat().statusCode(200);
    chat().statusCode(429);
    as(MeshResource.OPERATOR_KEY).delete("/v1/quotas/house/keys/operator").then().statusCode(200);
    chat().statusCode(200);
  }

  @Test
  void letsAQuestionWaitWhileItsTenantHasEnoughUnderWay() throws Exception {
    put("house", "{\"concurrency\": 1}");
    HttpResponse<InputStream> first = stream().get();
    CompletableFuture<HttpResponse<InputStream>> second = stream();
    await().atMost(SOON).until(() -> waiting() == 1);
    int asked = engine.asked.size();
    // Another tenant is not held up.
    scenario.chat(StubEngine.BASE).statusCode(200);
    assertThat(second).isNotDone();
    assertThat(engine.asked).hasSize(asked + 1);

    engine.endStream();
    first.body().readAllBytes();

    assertThat(second.get().statusCode()).isEqualTo(200);
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    engine.endStream();
    second.get().body().readAllBytes();
  }

  @Test
  void sharesTheConcurrencyWithOtherReplicas() throws Exception {
    inDatabase("INSERT INTO gateway_replica VALUES ('other', now() + interval '1 hour')");
    replicas.look();
    try {
      put("house", "{\"concurrency\": 2}");
      HttpResponse<InputStream> first = stream().get();
      CompletableFuture<HttpResponse<InputStream>> second = stream();
      await().atMost(SOON).until(() -> waiting() == 1);

      engine.endStream();
      first.body().readAllBytes();

      second.get();
      engine.endStream();
      second.get().body().readAllBytes();
    } finally {
      inDatabase("DELETE FROM gateway_replica WHERE id = 'other'");
      replicas.look();
    }
    assertThat(replicas.part(2)).isEqualTo(2);
  }

  private void inDatabase(String change) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate(change);
    }
  }

  @Test
  void boundsThePriorityThatTheEngineIsAskedFor() {
    assertThat(priorityAsked("-5")).isEqualTo(0);
    assertThat(priorityAsked("3")).isEqualTo(3);
    limitTheKey("{\"highest_priority\": \"high\"}");
    assertThat(priorityAsked("-5")).isEqualTo(0);
    put("house", "{\"highest_priority\": \"high\"}");
    await().atMost(SOON).until(() -> priorityAsked("-5") == -5);
    limitTheKey("{\"priority\": \"low\", \"highest_priority\": \"low\"}");
    await().atMost(SOON).until(() -> priorityAsked("-5") == 0);
    for (String no : List.of("\"-5\"", "-0.5", "true", "1e30", "99999999999999999999")) {
      scenario
          .chat(MeshResource.OPERATOR_KEY, prioritised(no))
          .statusCode(400)
          .body("error.param", equalTo("priority"));
    }
  }

  @Test
  void boundsThePriorityHoweverItsNameIsWritten() {
    String body = prioritised("-5");
    String escaped = body.replace("\"priority\"", "\"\\u0070riority\"");
    for (byte[] bytes :
        List.of(
            escaped.getBytes(StandardCharsets.UTF_8),
            body.getBytes(StandardCharsets.UTF_16BE),
            body.getBytes(StandardCharsets.UTF_16LE))) {
      as(MeshResource.OPERATOR_KEY).body(bytes).post("/v1/chat/completions").then().statusCode(200);
      assertThat(engine.asked.getLast().getInteger("priority")).isZero();
    }
  }

  @Test
  void letsNoTenantRaiseThePriorityOfItsOwnKeys() {
    as(MeshResource.KEY)
        .body("{\"priority\": \"high\", \"highest_priority\": \"high\"}")
        .put("/v1/quotas/acme/keys/test")
        .then()
        .statusCode(200);
    try {
      scenario.chat(MeshResource.KEY, prioritised("-5")).statusCode(200);
      assertThat(engine.asked.getLast().getInteger("priority")).isZero();
    } finally {
      as(MeshResource.KEY).delete("/v1/quotas/acme/keys/test").then().statusCode(200);
    }
  }

  private static void limitTheKey(String body) {
    as(MeshResource.OPERATOR_KEY)
        .body(body)
        .put("/v1/quotas/house/keys/operator")
        .then()
        .statusCode(200);
  }

  private int priorityAsked(String priority) {
    scenario.chat(MeshResource.OPERATOR_KEY, prioritised(priority)).statusCode(200);
    return engine.asked.getLast().getInteger("priority");
  }

  private static String prioritised(String priority) {
    return Scenario.request(StubEngine.BASE)
        .replaceFirst("\\{", "{\"priority\": " + priority + ", ");
  }

  @Test
  void letsOnlyAnOperatorSetTheQuotaOfATenant() {
    for (String key : new String[] {MeshResource.KEY, MeshResource.USER_KEY}) {
      as(key).body("{\"requests_per_minute\": 9}").put("/v1/quotas/acme").then().statusCode(403);
      as(key).get("/v1/quotas?tenant=house").then().statusCode(403);
      as(key).get("/v1/quotas").then().statusCode(200).body("data[0].tenant", equalTo("acme"));
    }
    as(MeshResource.USER_KEY).body("{}").put("/v1/quotas/acme/keys/test").then().statusCode(403);
    as(MeshResource.KEY).body("{}").put("/v1/quotas/globex/keys/x").then().statusCode(403);
    as(MeshResource.KEY)
        .body("{\"concurrency\": 7}")
        .put("/v1/quotas/acme/keys/reader")
        .then()
        .statusCode(200);
    as(MeshResource.OPERATOR_KEY)
        .get("/v1/quotas?tenant=*")
        .then()
        .statusCode(200)
        .body("data.findAll {it.tenant == 'acme'}.key", hasItem("reader"));
    as(MeshResource.KEY).delete("/v1/quotas/acme/keys/reader").then().statusCode(200);
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    as(MeshResource.OPERATOR_KEY)
        .body("{\"requests_per_minute\": 0}")
        .put("/v1/quotas/house")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("requests_per_minute"));
    as(MeshResource.OPERATOR_KEY)
        .body("{\"priority\": \"urgent\"}")
        .put("/v1/quotas/house")
        .then()
        .statusCode(400);
    put("house", "{\"weight\": 2, \"version\": 0}").body("version", equalTo(1));
    as(MeshResource.OPERATOR_KEY)
        .body("{\"weight\": 3, \"version\": 0}")
        .put("/v1/quotas/house")
        .then()
        .statusCode(412);
    as(MeshResource.OPERATOR_KEY)
        .get("/v1/quotas")
        .then()
        .body("data", hasSize(1))
        .body("data[0].weight", equalTo(2))
        .body("data[0].requests_per_minute", nullValue());
  }

  private static ValidatableResponse put(String tenant, String body) {
    return as(MeshResource.OPERATOR_KEY)
        .body(body)
        .put("/v1/quotas/{tenant}", tenant)
        .then()
        .statusCode(200);
  }

  private double waiting() {
    return meters.get("tunemesh.requests.waiting").gauge().value();
  }

  private ValidatableResponse chat() {
    return scenario.chat(MeshResource.OPERATOR_KEY, Scenario.request(StubEngine.BASE));
  }

  private ValidatableResponse asking(int maxTokens) {
    return scenario.chat(
        MeshResource.OPERATOR_KEY,
        Scenario.request(StubEngine.BASE)
            .replaceFirst("\\{", "{\"max_tokens\": " + maxTokens + ","));
  }

  private CompletableFuture<HttpResponse<InputStream>> stream() {
    HttpRequest request =
        HttpRequest.newBuilder(chatUrl)
            .header("Authorization", "Bearer " + MeshResource.OPERATOR_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(Scenario.streamed(StubEngine.BASE)))
            .build();
    return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private static RequestSpecification as(String key) {
    return given().auth().oauth2(key).contentType("application/json");
  }
}
