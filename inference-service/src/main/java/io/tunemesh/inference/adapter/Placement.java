package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Seat;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chooses engines. A request goes to the first engine of its adapter's {@link Ranking} that has the
 * adapter and is not busier than the others by {@code tunemesh.pool.load-factor} (consistent
 * hashing with bounded loads; Mirrokni, Thorup and Zadimoghaddam, 2018). A load goes to the first
 * with room and, if all are full, to the one whose least used adapter was used least.
 */
@Singleton
public class Placement {

  private final Engines engines;
  private final PoolConfig config;
  private final AtomicInteger turn = new AtomicInteger();

  Placement(Engines engines, PoolConfig config) {
    this.engines = engines;
    this.config = config;
  }

  /**
   * A seat for the base model.
   *
   * @param except engines that have failed over the request already
   * @return null if no engine is there
   */
  public Seat forBase(String model, Set<Engine> except) {
    List<Engine> left = left(engines.of(model), except);
    Seat seat = leastBusy(well(left));
    // What was seen of them may be old: asking one that was down is better than not asking.
    return seat != null ? seat : leastBusy(left);
  }

  /**
   * A seat for the adapter in an engine that has it now.
   *
   * @return null if there is none; nor in an engine that is not well, where one that is could load
   *     the adapter
   */
  public Seat forAdapter(Served adapter, Set<Engine> except) {
    return seat(adapter, except, false);
  }

  /** The same, also in an engine that is not well. */
  public Seat anyForAdapter(Served adapter, Set<Engine> except) {
    return seat(adapter, except, true);
  }

  private Seat seat(Served adapter, Set<Engine> except, boolean any) {
    List<Engine> holders =
        left(ranked(adapter), except).stream()
            .filter(engine -> engine.isUp() && engine.has(adapter.name()))
            .toList();
    List<Engine> well = well(holders);
    if (well.isEmpty() && !any && isWellWithout(adapter, except)) {
      return null;
    }
    double bound = bound(engines.of(adapter.baseModel()));
    for (Engine engine : well) {
      if (well.size() == 1 || engine.running() < bound && mayRun(engine)) {
        Seat seat = Seat.in(engine, adapter.name());
        if (seat != null) {
          return seat;
        }
      }
    }
    return holders.stream()
        .sorted(
            Comparator.comparing((Engine engine) -> !engine.isWell())
                .thenComparing(Engine::running))
        .map(engine -> Seat.in(engine, adapter.name()))
        .filter(seat -> seat != null)
        .findFirst()
        .orElse(null);
  }

  /** Whether another engine than those has the adapter or could load it. */
  public boolean another(Served adapter, Set<Engine> failed) {
    return ranked(adapter).stream().anyMatch(engine -> engine.isUp() && !failed.contains(engine));
  }

  /** The same, of engines that are well now. */
  public boolean isWellWithout(Served adapter, Set<Engine> failed) {
    return ranked(adapter).stream().anyMatch(engine -> engine.isWell() && !failed.contains(engine));
  }

  /** The engines that may hold the adapter, as far as is known, the one that suits best first. */
  List<Engine> ranked(Served adapter) {
    return suited(adapter).stream()
        .filter(engine -> engine.refusal(adapter.name()) == null)
        .toList();
  }

  /** The same, with those that have refused the adapter. */
  List<Engine> suited(Served adapter) {
    return Ranking.of(
        adapter,
        engines.of(adapter.baseModel()).stream()
            .filter(engine -> engine.spec().serves(adapter.kind()))
            .toList());
  }

  /**
   * Of {@code candidates} in their order, the one in which the adapter costs least to load; one
   * that is not well only if all are so.
   */
  static Engine cheapest(List<Engine> candidates) {
    List<Engine> well = well(candidates);
    return (well.isEmpty() ? candidates : well)
        .stream()
            .min(Comparator.comparingDouble(engine -> engine.places().priceOfRoom()))
            .orElse(null);
  }

  private Seat leastBusy(List<Engine> candidates) {
    int first = candidates.isEmpty() ? 0 : Math.floorMod(turn.getAndIncrement(), candidates.size());
    Engine best = null;
    for (int i = 0; i < candidates.size(); i++) {
      Engine engine = candidates.get((first + i) % candidates.size());
      if (best == null || engine.running() < best.running()) {
        best = engine;
      }
    }
    if (best == null) {
      return null;
    }
    Seat seat = Seat.in(best, null);
    if (seat != null) {
      return seat;
    }
    Engine closed = best;
    return leastBusy(candidates.stream().filter(engine -> engine != closed).toList());
  }

  /** One adapter more than an engine runs at once would wait for another's end. */
  private static boolean mayRun(Engine engine) {
    return engine.running() < engine.spec().maxLoras()
        || engine.places().running() < engine.spec().maxLoras();
  }

  private double bound(List<Engine> peers) {
    List<Engine> well = well(peers);
    int running = well.stream().mapToInt(Engine::running).sum();
    return Math.ceil(config.loadFactor() * (running + 1) / Math.max(1, well.size()));
  }

  private static List<Engine> well(List<Engine> all) {
    for (Engine engine : all) {
      if (!engine.isWell()) {
        return all.stream().filter(Engine::isWell).toList();
      }
    }
    return all;
  }

  private static List<Engine> left(List<Engine> all, Set<Engine> except) {
    return except.isEmpty()
        ? all
        : all.stream().filter(engine -> !except.contains(engine)).toList();
  }
}
