package io.tunemesh.inference.pool;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that begin a stream, or a look at them, and then say nothing. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class FirstWordTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String CRASH =
      "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"InternalServerError\",\"code\":500}}\n\n";

  @Inject Scenario scenario;
  @Inject Turns turns;
  @Inject Engines pool;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final List<StubEngine> engines = PoolResource.stubs();

  @BeforeEach
  void allBeginWithARole() {
    engines.forEach(StubEngine::behave);
    engines.forEach(engine -> engine.opening = StubEngine.ROLE);
    engines.subList(1, 3).forEach(engine -> engine.word = "whole");
  }

  @AfterEach
  void wellBehaved() {
    engines.forEach(StubEngine::behave);
  }

  @Test
  void anotherEngineAnswersWhenOneBreaksOffBeforeIt() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = begun();

    engines.getFirst().breakStream();

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(answer.get().body())
        .containsOnlyOnce("\"role\"")
        .containsOnlyOnce("whole")
        .doesNotContain("error")
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void anotherEngineAnswersWhenOneFailsBeforeIt() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = begun();

    engines.getFirst().raw(CRASH);

    assertThat(answer.get().body())
        .containsOnlyOnce("whole")
        .doesNotContain("error")
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void theAskersOwnMistakeIsToldByTheFirst() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = begun();
    int asked = asked();

    engines
        .getFirst()
        .raw(
            "data: {\"error\":{\"message\":\"too long\",\"type\":\"BadRequestError\",\"code\":400}}\n\n");
    engines.getFirst().endStream();

    assertThat(answer.get().body()).contains("too long").endsWith("data: [DONE]\n\n");
    assertThat(asked()).isEqualTo(asked);
  }

  @Test
  void aFailureOfAllIsToldByItsStatus() throws Exception {
    engines.forEach(engine -> engine.word = null);
    engines.forEach(engine -> engine.opening = StubEngine.ROLE + CRASH);

    HttpResponse<String> answer = stream(StubEngine.BASE).get();

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("out of memory");
    assertThat(asked()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 504})
  void anotherEngineAnswersWhenOneAnswersWithAFailure(int status) {
    engines.getFirst().answerStatus = status;

    for (int i = 0; i < 6; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }

    assertThat(engines.getFirst().asked).isNotEmpty();
  }

  @Test
  void onlyOneOtherEngineIsAskedWhatAnEngineFailsOver() {
    engines.forEach(engine -> engine.answerStatus = 500);

    scenario.chat(StubEngine.BASE).statusCode(500);

    assertThat(asked()).isEqualTo(2);
  }

  @Test
  void anotherEngineAnswersWhatASilentOneWasAsked() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = begun();

    engines.getFirst().beDeaf();

    assertThat(answer.get().body()).containsOnlyOnce("whole").endsWith("data: [DONE]\n\n");
    await().atMost(SOON).until(() -> engines.getFirst().openStreams() == 0);
  }

  @Test
  void anotherEngineAnswersTheRowThatASilentOneWasAsked() throws Exception {
    StubEngine first = engines.getFirst();
    first.hangs = true;
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ObjectNode>> answers = new ArrayList<>();
      while (first.asked.isEmpty()) {
        answers.add(askers.submit(() -> turns.ask(row())));
        await().atMost(SOON).until(() -> answers.getLast().isDone() || !first.asked.isEmpty());
      }

      first.beDeaf();

      assertThat(answers.getLast().get().at("/choices/0/message/content").asText())
          .isEqualTo("base:hello");
    }
  }

  @Test
  void aSlowRowBringsAnEngineBackThatStalledOnce() throws Exception {
    Engine first = stalledOnce();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ObjectNode> trial = trial(askers, () -> turns.ask(row()));

      assertThat(trial.get().path("id").asText()).isEqualTo("slow");
    }
    await().atMost(SOON).until(() -> !first.isInDoubt());
  }

  @Test
  void aSlowQuestionBringsAnEngineBackThatStalledOnce() throws Exception {
    Engine first = stalledOnce();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> trial =
          trial(askers, () -> scenario.chat(StubEngine.BASE).extract().path("id"));

      assertThat(trial.get()).isEqualTo("slow");
    }
    await().atMost(SOON).until(() -> !first.isInDoubt());
  }

  /** The first engine, which now takes longer for an answer than silent ones are waited for. */
  private Engine stalledOnce() {
    StubEngine first = engines.getFirst();
    Engine engine =
        pool.all().stream().filter(e -> e.url().equals(first.url())).findFirst().orElseThrow();
    await().atMost(SOON).until(engine::isWell);
    StubEngine.Reply reply = new StubEngine.Reply(200, new JsonObject().put("id", "slow"));
    Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
    first.script =
        (path, body) ->
            path.equals("/v1/chat/completions")
                ? CompletableFuture.supplyAsync(() -> reply, later)
                : null;
    engine.stalls();
    await().atMost(SOON).until(engine::isWell);
    return engine;
  }

  /** What is asked of the first engine; what is asked of others before is answered at once. */
  private <T> Future<T> trial(ExecutorService askers, Callable<T> asking) {
    StubEngine first = engines.getFirst();
    while (true) {
      Future<T> answer = askers.submit(asking);
      await().atMost(SOON).until(() -> answer.isDone() || !first.asked.isEmpty());
      if (!first.asked.isEmpty()) {
        return answer;
      }
    }
  }

  private static Turn row() throws Exception {
    ObjectNode body = Json.MAPPER.readValue(Scenario.request(StubEngine.BASE), ObjectNode.class);
    return Turn.of(new Asker("acme", "k", null), Api.CHAT, Source.BATCH, body);
  }

  @Test
  void anAdapterOfASilentEngineIsLoadedByAnother() throws Exception {
    AdapterPublished published = scenario.serves("silent-home");
    StubEngine home = PoolResource.holder(published);
    engines.forEach(engine -> engine.word = "whole");
    home.word = null;
    CompletableFuture<HttpResponse<String>> answer = stream(published.model());
    await().atMost(SOON).until(() -> home.openStreams() == 1);

    home.beDeaf();

    assertThat(answer.get().body()).containsOnlyOnce("whole").endsWith("data: [DONE]\n\n");
    scenario.chat(published.model()).statusCode(200);
    assertThat(engines).anyMatch(engine -> engine != home && engine.holds(published.model()));
  }

  @Test
  void anEngineThatSaysThatItIsIllIsLeftAlone() throws Exception {
    engines.getFirst().healthStatus = 503;
    await().atMost(SOON).until(() -> ready().contains("is not well"));
    engines.getFirst().asked.clear();

    for (int i = 0; i < 6; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }

    assertThat(engines.getFirst().asked).isEmpty();
    engines.getFirst().healthStatus = 200;
    await().atMost(SOON).until(() -> !ready().contains("is not well"));
  }

  private String ready() {
    return given().get(chatUrl.resolve("/q/health/ready")).asString();
  }

  private int asked() {
    return engines.stream().mapToInt(engine -> engine.asked.size()).sum();
  }

  /** A stream of which the first engine has sent the head and no word. */
  private CompletableFuture<HttpResponse<String>> begun() throws Exception {
    StubEngine first = engines.getFirst();
    while (true) {
      CompletableFuture<HttpResponse<String>> answer = stream(StubEngine.BASE);
      await().atMost(SOON).until(() -> answer.isDone() || first.openStreams() == 1);
      if (first.openStreams() == 1) {
        assertThat(answer).isNotDone();
        return answer;
      }
    }
  }

  private CompletableFuture<HttpResponse<String>> stream(String model) {
    return StreamedChat.asked(chatUrl, Scenario.streamed(model));
  }
}
