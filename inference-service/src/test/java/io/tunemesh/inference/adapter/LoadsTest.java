package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfig;
import io.tunemesh.contract.adapter.AdapterPublished;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loads of a replica whose engine nobody else looks after. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class LoadsTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;
  @Inject Config config;
  @Inject EngineClient client;
  @Inject Catalog catalog;
  @Inject AdapterFolders folders;

  private final StubEngine stub = StubEngineResource.engine();
  private Engine engine;
  private Loads loads;

  @BeforeEach
  void start() {
    stub.behave();
    SmallRyeConfig all = config.unwrap(SmallRyeConfig.class);
    Engines engines = Pools.replica(client, all);
    engine = engines.all().iterator().next();
    loads =
        new Loads(
            new Placement(engines, all.getConfigMapping(PoolConfig.class)),
            new Transfers(
                folders, new LiveAdapters(engines), new LoadMeters(new SimpleMeterRegistry())),
            all.getConfigMapping(AdaptersConfig.class));
  }

  @AfterEach
  void wellBehaved() {
    stub.behave();
  }

  @Test
  void takeNoEngineForDownWhenTheirAskerGoes() throws Exception {
    AdapterPublished published = scenario.serves("broken-off");
    Served adapter = catalog.of("acme", published.model()).orElseThrow();
    stub.script =
        (path, body) ->
            adapter.name().equals(body.getString("lora_name")) ? new CompletableFuture<>() : null;
    engine.holds(Set.of(), System.nanoTime());
    FutureTask<Boolean> load = new FutureTask<>(() -> loads.anywhere(adapter, Set.of(), SOON));
    Thread asker = Thread.ofVirtual().start(load);
    await()
        .atMost(SOON)
        .until(
            () ->
                stub.asked.stream()
                    .anyMatch(body -> adapter.name().equals(body.getString("lora_name"))));

    asker.interrupt();

    assertThat(load)
        .failsWithin(SOON)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(InterruptedException.class);
    assertThat(engine.isUp()).isTrue();
    assertThat(loads.setbacks()).isEmpty();
    stub.behave();
    long asked = System.nanoTime();
    engine.holds(engine.calls().models().adapters(), asked);
    assertThat(loads.anywhere(adapter, Set.of(), SOON)).isTrue();
  }

  @Test
  void areNotBegunByWhoHasWaitedLongEnough() throws Exception {
    Served adapter = catalog.of("acme", scenario.serves("waited").model()).orElseThrow();
    engine.holds(Set.of(), System.nanoTime());
    stub.forgetAdapters();

    assertThat(loads.anywhere(adapter, Set.of(), Duration.ZERO)).isFalse();

    assertThat(loads.anywhere(adapter, Set.of(), SOON)).isTrue();
  }

  @Test
  void forgetWhatFailedOverAnAdapterThatIsNoMore() throws Exception {
    Served adapter = catalog.of("acme", scenario.serves("no-more").model()).orElseThrow();
    engine.holds(Set.of(), System.nanoTime());
    stub.forgetAdapters();
    stub.loadStatus = 503;
    assertThat(loads.anywhere(adapter, Set.of(), SOON)).isFalse();

    loads.keepSetbacks(Set.of(engine), Set.of(adapter.name()));
    assertThat(loads.setbacks()).hasSize(1);

    loads.keepSetbacks(Set.of(engine), Set.of("another"));
    assertThat(loads.setbacks()).isEmpty();
  }
}
