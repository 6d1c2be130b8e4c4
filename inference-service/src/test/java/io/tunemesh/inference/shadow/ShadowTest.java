package io.tunemesh.inference.shadow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.inference.alias.AliasClient;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ShadowTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void keepsTheShadowsAnswerBesideTheOneThatWasGiven() {
    String shadow = scenario.serves("shadow").model();
    shadowed("compared", StubEngine.BASE, shadow, 1);

    scenario.chat("compared").statusCode(200).body("choices[0].message.content", saysBase());

    await().atMost(SOON).untilAsserted(() -> shadows("compared").body("data", hasSize(1)));
    shadows("compared")
        .body("data[0].model", equalTo(StubEngine.BASE))
        .body("data[0].shadow_model", equalTo(shadow))
        .body("data[0].answer", saysBase())
        .body("data[0].shadow_answer", equalTo("shadow-weights:hello"))
        .body("data[0].question", containsString("hello"));
  }

  @Test
  void comparesAStreamAsWell() throws Exception {
    String shadow = scenario.serves("shadow-stream").model();
    shadowed("streamed", StubEngine.BASE, shadow, 1);

    List<String> lines =
        StreamedChat.lines(engine, chatUrl, Scenario.streamed("streamed"), null, "one ", "二");

    assertThat(lines.toString()).contains("one").contains("[DONE]");
    await().atMost(SOON).untilAsserted(() -> shadows("streamed").body("data", hasSize(1)));
    shadows("streamed")
        .body("data[0].answer", equalTo("one 二"))
        .body("data[0].shadow_answer", equalTo("shadow-stream-weights:hello"));
  }

  @Test
  void asksWhatTheEngineWasAskedAndChangesItNoFurther() {
    String shadow = scenario.serves("shadow-ruled").model();
    shadowed("ruled", StubEngine.BASE, shadow, 1);
    String rules = "/v1/rules/default";
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .body("{\"before\": {\"remove\": [\"^!\"]}}")
        .put(rules)
        .then()
        .statusCode(200);
    try {
      scenario
          .chat(MeshResource.KEY, Scenario.request("ruled").replace("hello", "!!hello"))
          .statusCode(200)
          .body("choices[0].message.content", equalTo("base:!hello"));

      await().atMost(SOON).untilAsserted(() -> shadows("ruled").body("data", hasSize(1)));
    } finally {
      given().auth().oauth2(MeshResource.KEY).delete(rules).then().statusCode(200);
    }
    shadows("ruled").body("data[0].shadow_answer", equalTo("shadow-ruled-weights:!hello"));
  }

  @Test
  void comparesTheFirstAnswerOfAStreamOfSeveral() throws Exception {
    String shadow = scenario.serves("shadow-several").model();
    shadowed("several", StubEngine.BASE, shadow, 1);
    var answer = StreamedChat.asked(chatUrl, Scenario.streamed("several"));
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    engine.raw("data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other \"}}]}\n\n");
    engine.raw(
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"more\"}},"
            + "{\"index\":0,\"delta\":{\"content\":\"first\"}}]}\n\n");
    engine.endStream();
    answer.get();

    await().atMost(SOON).untilAsserted(() -> shadows("several").body("data", hasSize(1)));
    shadows("several").body("data[0].answer", equalTo("first"));
  }

  @Test
  void answersAllTheSameWhenTheShadowFails() {
    String shadow = scenario.serves("shadow-fails").model();
    shadowed("failing", StubEngine.BASE, shadow, 1);
    engine.loadStatus = 503;
    engine.forgetAdapters();

    scenario.chat("failing").statusCode(200).body("choices[0].message.content", saysBase());

    await().atMost(SOON).untilAsserted(() -> shadows("failing").body("data", hasSize(1)));
    shadows("failing")
        .body("data[0].shadow_answer", nullValue())
        .body("data[0].failure", notNullValue());
  }

  @Test
  void keepsOnlyTheNewest() {
    String shadow = scenario.serves("shadow-many").model();
    shadowed("many", StubEngine.BASE, shadow, 1);

    for (int i = 0; i < 6; i++) {
      scenario.chat(MeshResource.KEY, Scenario.request("many").replace("hello", "question " + i));
      String question = "question " + i;
      await()
          .atMost(SOON)
          .untilAsserted(() -> shadows("many").body("data[0].question", containsString(question)));
    }

    shadows("many").body("data", hasSize(3));
  }

  @Test
  void answersGoWithTheirAlias() {
    shadowed("reused", StubEngine.BASE, StubEngine.BASE, 1);
    scenario.chat("reused").statusCode(200);
    await().atMost(SOON).untilAsserted(() -> shadows("reused").body("data", hasSize(1)));

    given().auth().oauth2(MeshResource.KEY).delete("/v1/aliases/reused").then().statusCode(200);
    AliasClient.put("reused", AliasClient.model(StubEngine.BASE)).statusCode(200);

    shadows("reused").body("data", hasSize(0));
  }

  @Test
  void showsNobodyElseTheAnswers() {
    shadowed("private", StubEngine.BASE, StubEngine.BASE, 0.5);

    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .get("/v1/aliases/private/shadows")
        .then()
        .statusCode(404);
  }

  private static void shadowed(String alias, String model, String shadow, double share) {
    AliasClient.put(alias, AliasClient.model(model)).statusCode(200);
    AliasClient.post(alias, "shadow", "{\"model\": \"%s\", \"share\": %s}".formatted(shadow, share))
        .statusCode(200);
  }

  private static ValidatableResponse shadows(String alias) {
    return given()
        .auth()
        .oauth2(MeshResource.KEY)
        .get("/v1/aliases/{name}/shadows", alias)
        .then()
        .statusCode(200);
  }

  private static Matcher<String> saysBase() {
    return equalTo("base:hello");
  }
}
