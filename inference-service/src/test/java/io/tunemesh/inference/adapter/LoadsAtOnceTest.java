package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfig;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Pools;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas that load adapters into one engine in the same moment. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class LoadsAtOnceTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;
  @Inject Config config;
  @Inject EngineClient client;
  @Inject Catalog catalog;
  @Inject AdapterFolders folders;

  private final StubEngine stub = new StubEngine();

  private record Replica(Engine engine, Loads loads) {

    CompletableFuture<Boolean> load(Served adapter) {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return loads.anywhere(adapter, Set.of(), SOON);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          },
          // Each its own thread: the common pool may have one for both.
          task -> Thread.ofVirtual().start(task));
    }
  }

  @BeforeEach
  void start() {
    stub.start();
  }

  @AfterEach
  void stop() {
    stub.die();
  }

  @Test
  void takeOutWhatWasThereBeforeAndKeepWhatBothHaveLoaded() {
    Served old = served("old");
    Served ours = served("ours");
    Served theirs = served("theirs");
    Replica one = replica(2);
    assertThat(one.load(old).join()).isTrue();
    Replica other = replica(2);

    stub.loadsAtOnce = 2;
    var first = one.load(ours);
    var second = other.load(theirs);

    assertThat(first.join() && second.join()).isTrue();
    assertThat(stub.most()).as("both were loaded before either could see it").isEqualTo(3);
    assertThat(stub.held()).isEqualTo(2);
    assertThat(stub.holds(old.model())).isFalse();
    assertThat(one.engine().places().taken()).isEqualTo(2);
    assertThat(other.engine().places().taken()).isEqualTo(2);
  }

  @Test
  void agreeOnTheOneThatStaysWhereThereIsRoomForOne() {
    Served ours = served("ours");
    Served theirs = served("theirs");
    Replica one = replica(1);
    Replica other = replica(1);

    stub.loadsAtOnce = 2;
    var first = one.load(ours);
    var second = other.load(theirs);

    assertThat(Stream.of(first.join(), second.join())).containsExactlyInAnyOrder(true, false);
    assertThat(stub.most()).isEqualTo(2);
    assertThat(stub.held()).isEqualTo(1);
    assertThat(stub.holds(ours.model())).isEqualTo(first.join());
  }

  private Served served(String name) {
    return catalog.of("acme", scenario.serves(name).model()).orElseThrow();
  }

  private Replica replica(int room) {
    SmallRyeConfig own = config.unwrap(SmallRyeConfig.class);
    SmallRyeConfig pool =
        Pools.config(
            Map.of(
                "tunemesh.engine.url",
                stub.url(),
                "tunemesh.engine.model",
                StubEngine.BASE,
                "tunemesh.engine.max-loras",
                "1",
                "tunemesh.engine.max-cpu-loras",
                String.valueOf(room)));
    Engines engines = Pools.replica(client, pool);
    Engine engine = engines.all().iterator().next();
    long asked = System.nanoTime();
    engine.holds(engine.calls().models().adapters(), asked);
    Transfers transfers =
        new Transfers(
            folders, new LiveAdapters(engines), new LoadMeters(new SimpleMeterRegistry()));
    Placement placement = new Placement(engines, pool.getConfigMapping(PoolConfig.class));
    return new Replica(
        engine, new Loads(placement, transfers, own.getConfigMapping(AdaptersConfig.class)));
  }
}
