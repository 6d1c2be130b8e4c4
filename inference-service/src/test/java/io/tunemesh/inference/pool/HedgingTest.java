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

  private static final Duration SOON = Duration.ofSeconds(20);

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
    slow.hangs = true;

    for (int i = 0; i < 6; i++) {
      scenario.chat(StubEngine.BASE).statusCode(200);
    }

    assertThat(slow.asked).hasSizeGreaterThan(10);
    await().atMost(SOON).until(() -> slow.cancelled.size() >= 2);
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

    for (int i = 0; i < 6; i++) {
      stream();
    }

    await().atMost(SOON).until(() -> slow.openStreams() == 0);
    assertThat(slow.cancelled).hasSizeGreaterThan(before);
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
