package io.tunemesh.inference.engine;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The engines of the pool: those of the configuration, and those that are discovered. */
@Singleton
public class Engines {

  private static final Logger LOG = Logger.getLogger(Engines.class);

  private final EngineClient client;
  private final EngineConfig config;
  private final PoolConfig pool;
  private final List<EngineSpec> configured;
  private final List<EngineSpec> kinds;
  private final List<Runnable> onChange = new ArrayList<>();
  private final Set<String> bases;
  private volatile Map<String, Engine> byUrl = Map.of();
  private volatile Map<String, List<Engine>> byModel = new HashMap<>();

  Engines(
      EngineClient client,
      EngineConfig config,
      EnginesConfig listed,
      DiscoveryConfig discovery,
      PoolConfig pool) {
    this.client = client;
    this.config = config;
    this.pool = pool;
    this.configured = configured(config, listed, discovery);
    this.kinds = new ArrayList<>(configured);
    if (discovery.labels().isPresent()) {
      String model = discovery.model().orElse(config.model());
      kinds.add(Discovery.spec(discovery, model, "discovered", 1));
    }
    bases = kinds.stream().map(EngineSpec::model).collect(Collectors.toSet());
    discovered(List.of());
  }

  /** All of them, the configured ones first. */
  public Collection<Engine> all() {
    return byUrl.values();
  }

  /** Those with that base model. */
  public List<Engine> of(String model) {
    return byModel.getOrDefault(model, List.of());
  }

  /** The base models of the pool, also of engines that are not there yet. */
  public Set<String> models() {
    return kinds.stream().map(EngineSpec::model).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether {@code model} is the name of a base model. */
  public boolean isBase(String model) {
    return bases.contains(model);
  }

  /** Whether the pool has, or may come to have, an engine for adapters of that base and method. */
  public boolean mayServe(String model, String kind) {
    return kinds.stream().anyMatch(engine -> engine.model().equals(model) && engine.serves(kind));
  }

  /** Runs whenever engines come or go. */
  public synchronized void onChange(Runnable action) {
    onChange.add(action);
  }

  /** These are discovered now; those of before that are not among them are gone. */
  public synchronized void discovered(Collection<EngineSpec> discovered) {
    Map<String, Engine> before = byUrl;
    Map<String, Engine> now = new LinkedHashMap<>();
    configured.forEach(spec -> keep(spec, before, now));
    discovered.forEach(spec -> keep(spec, before, now));
    byUrl = now;
    byModel =
        now.values().stream()
            .collect(
                Collectors.groupingBy(one -> one.spec().model(), Collectors.toUnmodifiableList()));
    if (!now.keySet().equals(before.keySet())) {
      LOG.infof("The pool has engines %s", now.keySet());
      onChange.forEach(Runnable::run);
    }
  }

  private void keep(EngineSpec spec, Map<String, Engine> before, Map<String, Engine> now) {
    Engine known = before.get(spec.url());
    now.putIfAbsent(
        spec.url(),
        known != null && known.spec().equals(spec)
            ? known
            : new Engine(spec, new EngineCalls(spec, client, config), pool));
  }

  private static List<EngineSpec> configured(
      EngineConfig one, EnginesConfig listed, DiscoveryConfig discovery) {
    if (!listed.all().isEmpty()) {
      return listed.all().stream()
          .map(engine -> EngineSpec.of(engine.url(), engine.model().orElse(one.model()), engine))
          .toList();
    }
    return discovery.labels().isPresent()
        ? List.of()
        : List.of(EngineSpec.of(one.url().toString(), one.model(), one));
  }
}
