package io.tunemesh.inference.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.any;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.testing.RawStream;
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
import java.util.concurrent.CompletableFuture;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted of questions whose asker goes away, or whose engine says no more. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BrokenOffTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;
  @Inject Engines engines;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  @TestHTTPResource("/v1/completions")
  URI completionsUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void countsWhatWasSentOfAStreamThatItsAskerBreaksOff() throws Exception {
    String told = scenario.serves("told").model();
    try (RawStream stream = stream(told)) {
      engine.raw(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}],"
              + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\n");
      stream.until("one");
    }
    await().atMost(SOON).until(() -> engine.openStreams() == 0);
    String silent = scenario.serves("silent").model();
    try (RawStream stream = stream(silent)) {
      engine.frame("two");
      engine.frame("three");
      stream.until("three");
    }

    awaitFailed(told, equalTo(7), equalTo(1));
    // An engine that does not tell: its frames are counted, and the question's letters.
    awaitFailed(silent, greaterThan(1), equalTo(2));
  }

  @Test
  void countsEachPromptOfAStreamThatItsAskerBreaksOff() throws Exception {
    String model = scenario.serves("prompts").model();
    String body = "{\"stream\": true, \"model\": \"" + model + "\", \"prompt\": [\"a\", \"b\"]}";
    try (RawStream stream = stream(completionsUrl, body)) {
      for (int i = 0; i < 2; i++) {
        engine.raw(
            "data: {\"choices\":[{\"index\":%d,\"text\":\"word-%d\"}],".formatted(i, i)
                + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\n");
      }
      stream.until("word-1");
    }

    awaitFailed(model, equalTo(14), equalTo(2));
  }

  @Test
  void countsWhatCameOfAStreamThatItsEngineLeavesUnfinished() throws Exception {
    String model = scenario.serves("stalled").model();
    try (RawStream stream = stream(model)) {
      engine.frame("one");

      String rest = stream.until("one").rest();

      assertThat(rest)
          // Any other limit would end it later.
          .containsPattern(
              "data: \\{\"error\":\\{\"message\":\"The engine has said nothing for [5-9] s ")
          .contains("\"code\":\"engine_stalled\"")
          .doesNotContain("[DONE]");
    }
    await().atMost(SOON).until(() -> engine.openStreams() == 0);
    awaitFailed(model, greaterThan(1), equalTo(1));
  }

  @Test
  void tellsAnAskerWhoDoesNotReadThatItWasNotTheEngine() throws Exception {
    String model = scenario.serves("unread").model();
    try (RawStream stream = stream(model)) {
      // More than the sockets between hold.
      String word = "x".repeat(1 << 16);
      for (int i = 0; i < 512; i++) {
        engine.frame(word);
      }

      await().atMost(SOON).until(() -> engine.openStreams() == 0);

      assertThat(stream.rest()).contains("client_stalled").doesNotContain("[DONE]");
    }
    // An engine that had stalled would be in doubt until its next answer.
    await().atMost(SOON).until(() -> engines.all().stream().noneMatch(Engine::isInDoubt));
    awaitFailed(model, any(Integer.class), any(Integer.class));
  }

  @Test
  void countsTheQuestionOfAWholeAnswerThatItsAskerDoesNotWaitFor() {
    String model = scenario.serves("unawaited").model();
    engine.asked.clear();
    engine.hangs = true;
    CompletableFuture<?> answer = ask(model);
    await().atMost(SOON).until(() -> !engine.asked.isEmpty());

    answer.cancel(true);

    awaitFailed(model, greaterThan(1), equalTo(0));
  }

  @Test
  void countsNothingOfAQuestionWhoseAskerGoesBeforeAnEngineHasIt() {
    String model = scenario.serves("unasked").model();
    engine.forgetAdapters();
    CompletableFuture<StubEngine.Reply> load = new CompletableFuture<>();
    engine.script = (path, body) -> path.equals("/v1/load_lora_adapter") ? load : null;
    try {
      // From then on it is known that the engine has no adapter.
      await()
          .atMost(SOON)
          .until(() -> engine.asked.stream().anyMatch(body -> body.containsKey("lora_name")));
      await().atMost(SOON).until(() -> running() == 0);
      CompletableFuture<?> answer = ask(model);
      await().atMost(SOON).until(() -> running() == 1);

      answer.cancel(true);
      await().atMost(SOON).until(() -> running() == 0);
    } finally {
      engine.script = null;
      load.complete(new StubEngine.Reply(503, new JsonObject()));
    }

    await().atMost(SOON).until(() -> scenario.chat(model).extract().statusCode() == 200);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                UsageTest.of(model, "group_by=model")
                    .body(".find {true}.requests", equalTo(1))
                    .body(".find {true}.failed", equalTo(0)));
  }

  /** Of the one question to the model. */
  private static void awaitFailed(
      String model, Matcher<Integer> promptTokens, Matcher<Integer> completionTokens) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                UsageTest.of(model, "group_by=model")
                    .body(".find {true}.failed", equalTo(1))
                    .body(".find {true}.prompt_tokens", promptTokens)
                    .body(".find {true}.completion_tokens", completionTokens));
  }

  /** Questions that were let through and are not over; the first one brings the gauge. */
  private double running() {
    Gauge gauge = meters.find("tunemesh.requests.running").gauge();
    return gauge == null ? 0 : gauge.value();
  }

  private CompletableFuture<HttpResponse<String>> ask(String model) {
    return StreamedChat.asked(chatUrl, Scenario.request(model));
  }

  private RawStream stream(String model) throws IOException {
    return stream(chatUrl, Scenario.streamed(model));
  }

  private RawStream stream(URI url, String body) throws IOException {
    RawStream stream = new RawStream(url, body);
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    return stream;
  }
}
