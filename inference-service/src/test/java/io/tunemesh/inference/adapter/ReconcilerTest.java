package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfig;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Pools;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that looks after the engine by itself. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ReconcilerTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Config config;
  @Inject EngineClient client;
  @Inject Adapters adapters;
  @Inject AdapterFolders folders;
  @Inject AdapterChecks checks;

  private final StubEngine stub = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    stub.behave();
  }

  @Test
  void takesAnEngineThatAnswersForUpWhileTheDatabaseIsAway() {
    SmallRyeConfig all = config.unwrap(SmallRyeConfig.class);
    Engines engines = Pools.replica(client, all);
    Engine engine = engines.all().iterator().next();
    Catalog unread =
        new Catalog(adapters, all.getConfigMapping(PoolConfig.class)) {
          @Override
          synchronized void refresh() {
            throw new IllegalStateException("the database is away");
          }
        };
    PoolConfig pool = all.getConfigMapping(PoolConfig.class);
    AdaptersConfig own = all.getConfigMapping(AdaptersConfig.class);
    LiveAdapters live = new LiveAdapters(engines);
    Placement placement = new Placement(engines, pool);
    Transfers transfers = new Transfers(folders, live, new LoadMeters(new SimpleMeterRegistry()));
    Loads loads = new Loads(placement, transfers, own);
    Warmth warmth = new Warmth(unread, placement, loads, pool);
    Reconciler reconciler =
        new Reconciler(engines, unread, warmth, loads, transfers, folders, live, checks, own);
    engine.isDown("a look was missed");

    reconciler.start(null);

    try {
      await().atMost(SOON).until(engine::isUp);
    } finally {
      reconciler.stop(null);
    }
  }

  @Test
  void takesAnotherNameOfTheBaseModelForNoAdapter() {
    List<String> unloaded = new CopyOnWriteArrayList<>();
    stub.script =
        (path, body) -> {
          if (path.equals("/v1/unload_lora_adapter")) {
            unloaded.add(body.getString("lora_name"));
          }
          return null;
        };
    stub.bases = List.of("stub-other", StubEngine.BASE);
    int before = stub.listed.get();

    await().atMost(SOON).until(() -> stub.listed.get() > before + 2);

    assertThat(unloaded).doesNotContain("stub-other");
  }
}
