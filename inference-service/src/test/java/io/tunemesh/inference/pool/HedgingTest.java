package io.tunemesh.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = HedgingTest.Hedged.class, restrictToAnnotatedClass = true)
class HedgingTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;

  private final List<StubEngine> engines = PoolResource.stubs();

  @BeforeEach
  void wellBehaved() {
    engines.forEach(StubEngine::behave);
  }

  @Test
  void asksASecondEngineWhenTheFirstIsSlowAndCancelsIt() {
    // It learns first how long answers take.
    for (int i = 0; i < 30; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }
    StubEngine slow = engines.get(0);
    assertThat(slow.asked).isNotEmpty();
    int before = slow.cancelled.size();
    slow.hangs = true;

    // As often as it takes until the slow one was asked: one that is late for a moment is not.
    await()
        .atMost(SOON)
        .until(
            () -> {
              scenario.chat(StubEngine.BASE).statusCode(200);
              return slow.cancelled.size() >= before + 2;
            });
  }

  @Test
  void asksASecondEngineWhenAStreamHasBegunAndSaysNothing() {
    engines.forEach(engine -> engine.opening = StubEngine.ROLE);
    engines.forEach(engine -> engine.word = "whole");
    for (int i = 0; i < 30; i++) {
      stream();
    }
    StubEngine slow = engines.get(0);
    slow.word = null;
    int before = slow.cancelled.size();

    await()
        .atMost(SOON)
        .until(
            () -> {
              stream();
              return slow.cancelled.size() > before;
            });
    await().atMost(SOON).until(() -> slow.openStreams() == 0);
  }

  private void stream() {
    String answer =
        scenario
            .chat(MeshResource.KEY, Scenario.streamed(StubEngine.BASE))
            .statusCode(200)
            .extract()
            .body()
            .asString();
    assertThat(answer).containsOnlyOnce("whole").endsWith("data: [DONE]\n\n");
  }

  /** The pool, with hedging for its first model. */
  public static class Hedged extends PoolResource {

    @Override
    public Map<String, String> start() {
      Map<String, String> config = super.start();
      config.put("tunemesh.pool.hedge.models", "*");
      return config;
    }
  }
}
