package io.tunemesh.inference.completion;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ForwardingTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void passesTheBodyOnWithFieldsItDoesNotKnow() {
    String body =
        """
        {"model": "%s", "messages": [{"role": "user", "content": "hello"}], "temperature": 0.25, "chat_template_kwargs": {"深": [1, null]}}
        """
            .formatted(StubEngine.BASE);

    scenario
        .chat(MeshResource.KEY, body)
        .statusCode(200)
        .contentType("application/json")
        .body("choices[0].message.content", equalTo("base:hello"));

    assertThat(engine.asked).containsExactly(new JsonObject(body));
  }

  @Test
  void answersPlainCompletionsToo() {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body("{\"model\": \"%s\", \"prompt\": \"once\"}".formatted(StubEngine.BASE))
        .post("/v1/completions")
        .then()
        .statusCode(200)
        .body("choices[0].message.content", equalTo("base:once"));
  }

  @Test
  void asksForAKey() {
    given()
        .contentType("application/json")
        .body(Scenario.request(StubEngine.BASE))
        .post("/v1/chat/completions")
        .then()
        .statusCode(401)
        .body("error.code", equalTo("invalid_api_key"));
    scenario.chat("tm-no-such-key", Scenario.request(StubEngine.BASE)).statusCode(401);
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void keepsATenantsModelFromOthers() {
    AdapterPublished published = scenario.serves("mine");
    engine.asked.clear();

    scenario
        .chat(MeshResource.OTHER_KEY, Scenario.request(published.model()))
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"))
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.param", equalTo("model"));
    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .get("/v1/models/{id}", published.model())
        .then()
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
    assertThat(engine.asked).isEmpty();

    scenario.chat(MeshResource.KEY, Scenario.request(published.model())).statusCode(200);
  }

  @Test
  void saysWhatIsWrongWithABody() {
    scenario
        .chat(MeshResource.KEY, "{\"messages\": []}")
        .statusCode(400)
        .body("error.param", equalTo("model"));
    scenario
        .chat(MeshResource.KEY, "{\"model\": 5}")
        .statusCode(400)
        .body("error.param", equalTo("model"));
    scenario
        .chat(MeshResource.KEY, "{\"model\"")
        .statusCode(400)
        .body("error.code", equalTo("invalid_json"));
    scenario.chat(MeshResource.KEY, "").statusCode(400).body("error.code", equalTo("invalid_json"));
    scenario
        .chat(MeshResource.KEY, "{\"model\": \"a\", \"model\": \"b\"}")
        .statusCode(400)
        .body("error.message", containsString("Duplicate"));
    scenario
        .chat(MeshResource.KEY, Scenario.request("x".repeat(2_000_000)))
        .statusCode(413)
        .body("error.code", equalTo("body_too_large"));
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void takesALongBody() {
    String text = "字".repeat(200_000);

    scenario
        .chat(MeshResource.KEY, Scenario.request(StubEngine.BASE).replace("hello", text))
        .statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"error\": {%s}}", "{\"object\": \"error\", %s}"})
  void givesAnErrorOfAnEngineACodeThatClientsCanRead(String form) {
    String error =
        "\"message\": \"too long\", \"type\": \"BadRequestError\", \"param\": \"x\", \"code\": 400";
    JsonObject body = new JsonObject(form.formatted(error));
    engine.script =
        (path, asked) ->
            path.endsWith("completions")
                ? CompletableFuture.completedFuture(new StubEngine.Reply(400, body))
                : null;

    String told =
        scenario
            .chat(MeshResource.KEY, Scenario.request(StubEngine.BASE))
            .statusCode(400)
            .contentType("application/json")
            .extract()
            .asString();

    assertThat(new JsonObject(told))
        .isEqualTo(
            new JsonObject(
                """
                {"error": {"message": "too long", "type": "BadRequestError", "param": "x", "code": "engine_error"}}
                """));
  }

  @Test
  void takesNoAnswerForWholeThatTheEngineHasBrokenOff() {
    JsonObject body =
        new JsonObject(
            "{\"choices\": [{\"message\": {\"content\": \"\"}, \"finish_reason\": \"abort\"}]}");
    engine.script =
        (path, asked) ->
            path.endsWith("completions")
                ? CompletableFuture.completedFuture(new StubEngine.Reply(200, body))
                : null;

    scenario
        .chat(MeshResource.KEY, Scenario.request(StubEngine.BASE))
        .statusCode(502)
        .body("error.code", equalTo("engine_interrupted"));
  }

  @Test
  void tellsAnErrorOfAnEngineAsAProblemToOneWhoAsksForThat() {
    engine.answerStatus = 400;

    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .accept("application/problem+json")
        .body(Scenario.request(StubEngine.BASE))
        .post("/v1/chat/completions")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("stub_error"))
        .body("detail", equalTo("told to fail"));
  }

  @Test
  void passesTheEnginesErrorsOnWithTheirHeaders() {
    engine.answerStatus = 429;

    scenario
        .chat(MeshResource.KEY, Scenario.request(StubEngine.BASE))
        .statusCode(429)
        .header("Retry-After", "7")
        .header("X-Engine", "stub")
        .body("error.message", equalTo("told to fail"))
        .body("error.code", equalTo("stub_error"))
        .body("error.param", nullValue());
  }

  @Test
  void saysThatTheEngineTookTooLong() {
    engine.hangs = true;

    scenario
        .chat(MeshResource.KEY, Scenario.request(StubEngine.BASE))
        .statusCode(504)
        .body("error.code", equalTo("engine_timeout"));

    await().atMost(SOON).until(() -> engine.cancelled.containsAll(engine.asked));
  }
}
