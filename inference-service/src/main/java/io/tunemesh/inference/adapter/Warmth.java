package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.PoolConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Loads adapters before they are asked for: the most popular ones while there is room, each into
 * the first engine of its {@link Ranking} that has room; and more copies of those that are asked
 * for more often than one copy should be.
 */
@ApplicationScoped
class Warmth {

  private final Catalog catalog;
  private final Placement placement;
  private final Loads loads;
  private final PoolConfig config;

  Warmth(Catalog catalog, Placement placement, Loads loads, PoolConfig config) {
    this.catalog = catalog;
    this.placement = placement;
    this.loads = loads;
    this.config = config;
  }

  /** Loads what belongs into {@code engine}; never makes room for the merely popular. */
  void fill(Engine engine) throws InterruptedException {
    List<Served> popular = catalog.byPopularity();
    int warm = config.warm().orElse(popular.size());
    for (int i = 0; i < popular.size() && engine.isUp(); i++) {
      Served adapter = popular.get(i);
      if (!engine.spec().model().equals(adapter.baseModel())
          || engine.places().has(adapter.name())) {
        continue;
      }
      if (i < warm && engine.places().hasRoom() && belongs(adapter, engine)
          || isHot(adapter, engine)) {
        loads.into(engine, adapter);
      }
    }
  }

  private boolean belongs(Served adapter, Engine engine) {
    for (Engine other : placement.ranked(adapter)) {
      if (other.isUp() && (other.has(adapter.name()) || other.places().hasRoom())) {
        return other == engine;
      }
    }
    return false;
  }

  /** Whether the adapter needs a copy more, and {@code engine} is the next to get one. */
  private boolean isHot(Served adapter, Engine engine) {
    double rate = catalog.rate(adapter);
    if (rate < config.requestsPerCopy()) {
      return false;
    }
    List<Engine> up = placement.ranked(adapter).stream().filter(Engine::isUp).toList();
    long copies = up.stream().filter(other -> other.places().has(adapter.name())).count();
    long wanted = Math.min(up.size(), 1 + (long) (rate / config.requestsPerCopy()));
    boolean isNext =
        up.stream()
            .filter(other -> !other.places().has(adapter.name()))
            .findFirst()
            .filter(engine::equals)
            .isPresent();
    // A copy that would push out one that is used more is none to make.
    return copies >= 1
        && copies < wanted
        && isNext
        && engine.places().priceOfSpareRoom() < catalog.popularity(adapter) / (copies + 1);
  }
}
