package io.tunemesh.inference.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class StepsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject TestStep step;
  @Inject Scenario scenario;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void fresh() {
    engine.behave();
    step.endings.clear();
  }

  @Test
  void changesTheAnswerAndTellsAboutIt() {
    scenario
        .chat(MeshResource.KEY, request("step-tells", StubEngine.BASE))
        .statusCode(200)
        .header("x-request-id", startsWith("turn-"))
        .body("choices[0].message.content", equalTo("BASE:HELLO"))
        .body("tunemesh.note", equalTo("seen"));
    assertThat(ending().outcome()).isEqualTo(Outcome.ANSWERED);
  }

  @Test
  void leavesATurnThatNoStepConcernsAsItIs() {
    scenario
        .chat(MeshResource.KEY, request("other", StubEngine.BASE))
        .statusCode(200)
        .body("choices[0].message.content", equalTo("base:hello"))
        .body("tunemesh", nullValue());
  }

  @Test
  void hasAnotherModelAnswer() {
    scenario
        .chat(MeshResource.KEY, request("step-renames", "a-stable-name"))
        .statusCode(200)
        .body("choices[0].message.content", equalTo("BASE:HELLO"));
    assertThat(engine.asked.getLast().getString("model")).isEqualTo(StubEngine.BASE);
  }

  @Test
  void refusesBeforeTheEngineIsAsked() {
    scenario
        .chat(MeshResource.KEY, request("step-refuses", StubEngine.BASE))
        .statusCode(429)
        .header("Retry-After", "9")
        .body("error.code", equalTo("too_much"));
    assertThat(engine.asked).isEmpty();
    assertThat(ending().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(ending().code()).isEqualTo("too_much");
  }

  @Test
  void filtersAStreamAndCountsItsTokens() throws Exception {
    String body = request("step-tells", StubEngine.BASE).replaceFirst("\\{", "{\"stream\": true, ");
    var answer = StreamedChat.asked(chatUrl, body);
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    engine.frame("one");
    engine.frame("二");
    engine.raw(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\r\n\r\n");
    engine.endStream();

    String all = answer.get().body();

    assertThat(all).contains("ONE").contains("二").doesNotContain("usage");
    assertThat(all.indexOf("\"tunemesh\":{\"note\":\"seen\"}")).isGreaterThan(all.indexOf("二"));
    assertThat(all).endsWith("data: [DONE]\n\n");
    assertThat(ending().promptTokens()).isEqualTo(3);
    assertThat(ending().completionTokens()).isEqualTo(2);
    assertThat(ending().firstTokenNanos()).isPositive().isLessThanOrEqualTo(ending().totalNanos());
    assertThat(
            engine
                .asked
                .getLast()
                .getJsonObject("stream_options", new JsonObject())
                .getBoolean("include_usage"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20_000})
  void letsAStepWaitBesideTheEventLoop(int spaces) {
    scenario
        .chat(MeshResource.KEY, request("step-looks", StubEngine.BASE) + " ".repeat(spaces))
        .statusCode(200)
        .body("choices[0].message.content", equalTo("BASE:HELLO"))
        .body("tunemesh.note", equalTo("seen by a thread that may wait: true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"step-overflows", "step-overflows-late"})
  void freesTheSlotOfATurnThatEndsByAnError(String user) {
    scenario
        .chat(MeshResource.KEY, request(user, StubEngine.BASE))
        .statusCode(500)
        .body("error.code", equalTo("internal_error"));

    assertThat(ending().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(meters.get("tunemesh.requests.running").gauge().value()).isZero();
  }

  @Test
  void interruptsAStepWhoseAskerGoesAway() throws Exception {
    byte[] body = request("step-waits", StubEngine.BASE).getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(chatUrl.getHost(), chatUrl.getPort())) {
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(MeshResource.KEY, body.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      assertThat(step.waits.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(ending().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(engine.asked).isEmpty();
  }

  private Ending ending() {
    await().atMost(SOON).until(() -> step.endings.size() == 2);
    // Once as a step and once as a witness.
    assertThat(step.endings.getFirst()).isEqualTo(step.endings.getLast());
    return step.endings.getFirst();
  }

  private static String request(String user, String model) {
    return Scenario.request(model).replaceFirst("\\{", "{\"user\": \"" + user + "\", ");
  }
}
