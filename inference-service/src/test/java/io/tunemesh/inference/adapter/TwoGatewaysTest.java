package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfig;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.pool.PoolResource;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas that know nothing of each other, and what becomes of the engines they share. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class TwoGatewaysTest {

  private static final Duration SOON = Duration.ofMinutes(3);
  private static final int CALM = 5;

  @Inject Scenario scenario;
  @Inject Config config;
  @Inject EngineClient client;
  @Inject Adapters adapters;
  @Inject AdapterFolders folders;
  @Inject AdapterChecks checks;

  private final List<StubEngine> engines = PoolResource.stubs();
  private final List<String> models = new ArrayList<>();
  private Gateway one;
  private Gateway other;

  @BeforeEach
  void start() {
    engines.forEach(StubEngine::behave);
    one = gateway();
    other = gateway();
  }

  @AfterEach
  void stop() {
    try (Gateway first = one;
        Gateway second = other) {
      models.forEach(model -> scenario.deleteAs(MeshResource.KEY, model));
      await()
          .atMost(SOON)
          .until(() -> models.stream().noneMatch(m -> engines.stream().anyMatch(e -> e.holds(m))));
    }
  }

  @Test
  void agreeOnWhereAdaptersAre() {
    serve(2 * PoolResource.ROOM);

    comesToRest(() -> ask(one, models) && ask(other, models));

    assertThat(models)
        .allSatisfy(
            model ->
                assertThat(engines.stream().filter(engine -> engine.holds(model)).count())
                    .isBetween(1L, 2L));
  }

  @Test
  void takeNothingFromEachOtherForLongWhenThePoolIsFull() {
    serve(4 * PoolResource.ROOM);
    // All that fits is asked for, and each replica's clients ask for another part of it.
    List<String> first = models.subList(0, PoolResource.ROOM);
    List<String> second = models.subList(PoolResource.ROOM, 3 * PoolResource.ROOM - 1);

    comesToRest(() -> ask(one, first) & ask(other, second));
  }

  private void serve(int count) {
    for (int i = 0; i < count; i++) {
      AdapterPublished published = scenario.serves("shared-" + i);
      models.add(published.model());
    }
  }

  /** Until some rounds in a row, with the engines' lists read between them, load nothing. */
  private void comesToRest(Round round) {
    int[] calm = {0};
    await()
        .atMost(SOON)
        .until(
            () -> {
              long before = changes();
              boolean all = round.ask();
              awaitLists();
              calm[0] = all && changes() == before ? calm[0] + 1 : 0;
              return calm[0] == CALM;
            });
  }

  /** All replicas have read each engine's list anew. */
  private void awaitLists() {
    for (StubEngine engine : engines) {
      int seen = engine.listed.get();
      await().atMost(SOON).until(() -> engine.listed.get() >= seen + 6);
    }
  }

  private long changes() {
    return engines.stream().mapToLong(engine -> engine.changes.size()).sum();
  }

  private static boolean ask(Gateway gateway, List<String> all) throws InterruptedException {
    boolean answered = true;
    for (String model : all) {
      try {
        answered &= gateway.ask("acme", model);
      } catch (EngineError e) {
        // The other replica has just taken it out.
        answered = false;
      }
    }
    return answered;
  }

  private Gateway gateway() {
    return new Gateway(config.unwrap(SmallRyeConfig.class), client, adapters, folders, checks);
  }

  private interface Round {
    boolean ask() throws InterruptedException;
  }
}
