package io.tunemesh.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.completion.CompletionEvent;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines go away and come back. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class TakeoverTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject Turns turns;

  private final List<StubEngine> engines = PoolResource.stubs();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engines.forEach(StubEngine::behave);
  }

  @Test
  void answersAllThatAnEngineWasAskedWhenItWasKilled() throws Exception {
    StubEngine killed = engines.get(0);
    killed.hangs = true;
    // The others are busy until then, or who comes late would always find an idle one.
    CompletableFuture<StubEngine.Reply> answer = new CompletableFuture<>();
    StubEngine.Reply reply =
        new StubEngine.Reply(200, new JsonObject().put("choices", new JsonArray()));
    for (StubEngine other : engines.subList(1, engines.size())) {
      other.script = (path, body) -> path.equals("/v1/chat/completions") ? answer : null;
    }
    // Closed in reverse: the askers are let go before they are waited for.
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable letGo = () -> answer.complete(reply)) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        statuses.add(askers.submit(asking(StubEngine.BASE)));
      }
      await().atMost(SOON).until(() -> killed.asked.size() >= 2);
      killed.die();
      try {
        answer.complete(reply);
        for (Future<Integer> status : statuses) {
          assertThat(status.get()).isEqualTo(200);
        }
      } finally {
        killed.start();
      }
    }
  }

  @Test
  void failsNoRequestOfATunedModelWhileItsEngineIsKilledUnderLoad() throws Exception {
    AdapterPublished published = scenario.serves("load");
    StubEngine home = PoolResource.holder(published);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<Integer> others = new ArrayList<>();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable stop = () -> over.set(true)) {
      List<Future<?>> load = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        load.add(
            askers.submit(
                () -> {
                  while (!over.get()) {
                    int status = asking(published.model()).call();
                    answered.incrementAndGet();
                    if (status != 200) {
                      synchronized (others) {
                        others.add(status);
                      }
                    }
                  }
                  return null;
                }));
      }
      await().atMost(SOON).until(() -> answered.get() > 50);
      home.die();
      try {
        int before = answered.get();
        await().atMost(SOON).until(() -> answered.get() > before + 50);
        over.set(true);
        for (Future<?> asker : load) {
          asker.get();
        }
      } finally {
        home.start();
      }
    }

    assertThat(others).isEmpty();
    await().atMost(SOON).until(() -> home.holds(published.model()));
  }

  @Test
  void keepsAnAdapterThatItsEngineHasForgottenInService() {
    AdapterPublished published = scenario.serves("forgotten");
    StubEngine home = PoolResource.holder(published);

    home.forgetAdapters();

    scenario.chat(published.model()).statusCode(200);
    await().atMost(SOON).until(() -> home.holds(published.model()));
  }

  @Test
  void loadsAnAdapterElsewhereWhenAnEngineHangsOverItsLoad() throws Exception {
    AdapterPublished published = scenario.serves("hung-load");
    StubEngine home = PoolResource.holder(published);
    CountDownLatch asked = new CountDownLatch(1);
    home.script =
        (path, body) -> {
          if (!path.equals("/v1/load_lora_adapter")) {
            return null;
          }
          asked.countDown();
          return new CompletableFuture<>();
        };
    home.forgetAdapters();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> statuses =
          List.of(
              askers.submit(asking(published.model())), askers.submit(asking(published.model())));
      assertThat(asked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

      home.beDeaf();

      for (Future<Integer> status : statuses) {
        assertThat(status.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
      }
    }
  }

  @Test
  void asksAnotherEngineWhenOneRefusesItsKey() {
    engines.get(0).answerStatus = 401;

    for (int i = 0; i < 6; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }

    assertThat(engines.get(0).asked).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407})
  void takesARefusedKeyForNoRefusalOfTheQuestion(int status) throws Exception {
    engines.forEach(engine -> engine.answerStatus = status);
    ObjectNode row = Json.MAPPER.readValue(Scenario.request(StubEngine.BASE), ObjectNode.class);
    Turn turn = Turn.of(new Asker("acme", "k", null), Api.CHAT, Source.BATCH, row);

    scenario
        .chat(StubEngine.BASE)
        .statusCode(503)
        .body("error.code", equalTo("engine_unreachable"));

    assertThatThrownBy(() -> turns.ask(turn)).isInstanceOf(NotYet.class);
  }

  @Test
  void asksAnotherEngineWhenOneIsOverloaded() {
    engines.get(0).answerStatus = 503;
    engines.get(1).answerStatus = 429;

    for (int i = 0; i < 12; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }

    assertThat(engines.get(0).asked.size() + engines.get(1).asked.size()).isPositive();
  }

  @Test
  void passesOverloadOnWhenAllEnginesAreOverloaded() {
    engines.forEach(engine -> engine.answerStatus = 503);

    ValidatableResponse response = scenario.chat(StubEngine.BASE);

    response.statusCode(503).header("Retry-After", "7");
    assertThat(engines).allSatisfy(engine -> assertThat(engine.asked).hasSize(1));
  }

  @Test
  void answersAnEventByAnotherEngineAndWithTheModelsName() {
    AdapterPublished published = scenario.serves("event-pool");
    PoolResource.holder(published).answerStatus = 503;
    String id = "req-" + UUID.randomUUID();
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", published.model());
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");

    mesh.send(new InferenceRequested(id, body));

    await().atMost(SOON).until(() -> !mesh.events(CompletionEvent.class, id).isEmpty());
    assertThat(mesh.events(CompletionEvent.class, id).getFirst().data())
        .isInstanceOfSatisfying(
            InferenceCompleted.class,
            completed -> {
              assertThat(completed.response().path("model").asText()).isEqualTo(published.model());
              assertThat(completed.response().at("/choices/0/message/content").asText())
                  .isEqualTo("event-pool-weights:hello");
            });
  }

  @Test
  void asksOneOtherEngineForAQuestionThatDoesNotFit() {
    engines.forEach(engine -> engine.script = TakeoverTest::tooLong);

    scenario.chat(StubEngine.BASE).statusCode(503).body("error.code", equalTo("out_of_memory"));

    assertThat(engines.stream().mapToInt(engine -> engine.asked.size()).sum()).isEqualTo(2);
  }

  @Test
  void asksAnotherEngineWhereOneRefusesAndDoesNotSayWhy() {
    AtomicBoolean refused = new AtomicBoolean();
    engines.forEach(
        engine ->
            engine.script =
                (path, body) ->
                    path.equals("/v1/chat/completions") && refused.compareAndSet(false, true)
                        ? CompletableFuture.completedFuture(new StubEngine.Reply(503, null))
                        : null);

    scenario.chat(StubEngine.BASE).statusCode(200);

    assertThat(refused).isTrue();
  }

  @Test
  void failsAnEventWhoseQuestionDoesNotFit() {
    engines.forEach(engine -> engine.script = TakeoverTest::tooLong);
    String id = "req-" + UUID.randomUUID();
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", StubEngine.BASE);
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");

    mesh.send(new InferenceRequested(id, body));

    await().atMost(SOON).until(() -> !mesh.events(CompletionEvent.class, id).isEmpty());
    assertThat(mesh.events(CompletionEvent.class, id).getFirst().data())
        .isEqualTo(new InferenceFailed(id, 503, "out_of_memory", "too long"));
    assertThat(engines.stream().mapToInt(engine -> engine.asked.size()).sum()).isEqualTo(2);
  }

  private static CompletableFuture<StubEngine.Reply> tooLong(String path, JsonObject body) {
    if (!path.equals("/v1/chat/completions")) {
      return null;
    }
    JsonObject error = new JsonObject().put("message", "too long").put("code", "out_of_memory");
    return CompletableFuture.completedFuture(
        new StubEngine.Reply(503, new JsonObject().put("error", error)));
  }

  private Callable<Integer> asking(String model) {
    return () -> scenario.chat(model).extract().statusCode();
  }
}
