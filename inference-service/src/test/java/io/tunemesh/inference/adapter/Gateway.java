package io.tunemesh.inference.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.tunemesh.inference.engine.EngineClient;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Pools;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.inference.testing.Scenario;
import java.time.Duration;
import java.util.Set;

/** One more replica's view of the pool, over the same database, folder and engines. */
final class Gateway implements AutoCloseable {

  private final Catalog catalog;
  private final Placement placement;
  private final Loads loads;
  private final Reconciler reconciler;

  Gateway(
      SmallRyeConfig config,
      EngineClient client,
      Adapters adapters,
      AdapterFolders folders,
      AdapterChecks checks) {
    PoolConfig pool = config.getConfigMapping(PoolConfig.class);
    AdaptersConfig own = config.getConfigMapping(AdaptersConfig.class);
    Engines engines = Pools.replica(client, config);
    LiveAdapters live = new LiveAdapters(engines);
    this.catalog = new Catalog(adapters, pool);
    this.placement = new Placement(engines, pool);
    LoadMeters meters = new LoadMeters(new SimpleMeterRegistry());
    Transfers transfers = new Transfers(folders, live, meters);
    this.loads = new Loads(placement, transfers, own);
    Warmth warmth = new Warmth(catalog, placement, loads, pool);
    this.reconciler =
        new Reconciler(engines, catalog, warmth, loads, transfers, folders, live, checks, own);
    reconciler.start(null);
  }

  /** Asks the model as a client of this replica would; false if no engine can be had now. */
  boolean ask(String tenant, String model) throws InterruptedException {
    Served adapter = catalog.of(tenant, model).orElse(null);
    if (adapter == null) {
      return false;
    }
    catalog.asked(adapter);
    try (Seat seat = seat(adapter)) {
      if (seat == null) {
        return false;
      }
      byte[] question = Scenario.request(adapter.name()).getBytes(UTF_8);
      seat.engine().calls().answer("/v1/chat/completions", question, null, () -> {}, () -> false);
      return true;
    }
  }

  private Seat seat(Served adapter) throws InterruptedException {
    Seat seat = placement.forAdapter(adapter, Set.of());
    return seat != null || !loads.anywhere(adapter, Set.of(), Duration.ofSeconds(60))
        ? seat
        : placement.forAdapter(adapter, Set.of());
  }

  @Override
  public void close() {
    reconciler.stop(null);
  }
}
