package io.tunemesh.inference.adapter;

import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.engine.Use;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The adapters in service, in memory, as last read: so that a request asks no database. What this
 * replica has added or removed no reading undoes that began before. With each goes how much it was
 * asked for of late, by this replica.
 */
@Singleton
public class Catalog {

  private final Adapters adapters;
  private final PoolConfig config;
  private final Map<String, Entry> byModel = new ConcurrentHashMap<>();
  private volatile Set<String> known = Set.of();
  private volatile List<List<AdapterFile>> needed = List.of();

  /** The models added or removed since the last reading began, which it may not know of. */
  private final Set<String> newer = new HashSet<>();

  private Adapters.Edition read;

  Catalog(Adapters adapters, PoolConfig config) {
    this.adapters = adapters;
    this.config = config;
  }

  /** The tenant's adapter of that name, if it is in service. */
  public Optional<Served> of(String tenant, String model) {
    Entry entry = byModel.get(model);
    return entry != null && entry.adapter.tenant().equals(tenant)
        ? Optional.of(entry.adapter)
        : Optional.empty();
  }

  /** The adapter was asked for. */
  public void asked(Served adapter) {
    Entry entry = byModel.get(adapter.model());
    if (entry != null) {
      entry.popularity.hit();
      entry.rate.hit();
    }
  }

  /** How often a second the adapter is asked for now. */
  double rate(Served adapter) {
    Entry entry = byModel.get(adapter.model());
    return entry == null ? 0 : entry.rate.rate();
  }

  /** How much the adapter was asked for of late. */
  double popularity(Served adapter) {
    Entry entry = byModel.get(adapter.model());
    return entry == null ? 0 : entry.popularity.sum();
  }

  /** All in service: the most popular first, and of equals the newest. */
  List<Served> byPopularity() {
    record Weighed(Served adapter, double popularity, long order) {}
    return byModel.values().stream()
        .map(entry -> new Weighed(entry.adapter, entry.popularity.sum(), entry.order))
        .sorted(
            Comparator.comparingDouble(Weighed::popularity)
                .thenComparingLong(Weighed::order)
                .reversed())
        .map(Weighed::adapter)
        .toList();
  }

  /** The names in engines that an adapter has which is, or may come to be, in service. */
  Set<String> known() {
    return known;
  }

  /** The files of those adapters. */
  List<List<AdapterFile>> needed() {
    return needed;
  }

  int count() {
    return byModel.size();
  }

  /** The adapter is in service from now on; its row says so already. */
  void add(Served adapter, long order) {
    synchronized (newer) {
      newer.add(adapter.model());
      put(adapter, order);
    }
  }

  /** The model is out of service; its row says so already. */
  public void remove(String model) {
    synchronized (newer) {
      newer.add(model);
      byModel.remove(model);
    }
  }

  /** Reads the adapters again if something about them has changed. */
  synchronized void refresh() {
    synchronized (newer) {
      if (!newer.isEmpty()) {
        // Two who tell of one model may come in another order than their rows were written.
        read = null;
        newer.clear();
      }
    }
    Adapters.Edition now = adapters.edition();
    if (now.equals(read)) {
      return;
    }
    Collection<Adapter> active = adapters.active();
    Set<String> names = new HashSet<>();
    Map<String, Adapter> serving = new HashMap<>();
    for (Adapter adapter : active) {
      names.add(Served.of(adapter).name());
      if (adapter.status() == AdapterStatus.SERVING) {
        serving.put(adapter.model(), adapter);
      }
    }
    known = names;
    needed = active.stream().map(Adapter::files).toList();
    take(serving);
    read = now;
  }

  private void take(Map<String, Adapter> serving) {
    synchronized (newer) {
      serving.keySet().removeAll(newer);
      byModel.keySet().removeIf(model -> !serving.containsKey(model) && !newer.contains(model));
      serving
          .values()
          .forEach(adapter -> put(Served.of(adapter), adapter.createdAt().toEpochMilli()));
    }
  }

  private void put(Served adapter, long order) {
    byModel.compute(
        adapter.model(),
        (model, before) ->
            before != null && before.adapter.name().equals(adapter.name())
                ? before
                : new Entry(
                    adapter, order, new Use(config.halfLife()), new Use(config.rateHalfLife())));
  }

  private record Entry(Served adapter, long order, Use popularity, Use rate) {}
}
