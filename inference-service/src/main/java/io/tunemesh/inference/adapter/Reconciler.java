package io.tunemesh.inference.adapter;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Makes the engine's adapters those in service, again and again: whatever happens to the engine or
 * to this process, the set is whole again some moments after both are back.
 */
@ApplicationScoped
public class Reconciler {

  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final Engine engine;
  private final EngineConfig engineConfig;
  private final Adapters adapters;
  private final AdapterFolders folders;
  private final LiveAdapters live;
  private final AdapterChecks checks;
  private final Setbacks setbacks;
  private final Loop loop;

  Reconciler(
      Engine engine,
      EngineConfig engineConfig,
      Adapters adapters,
      AdapterFolders folders,
      LiveAdapters live,
      AdapterChecks checks,
      AdaptersConfig config) {
    this.engine = engine;
    this.engineConfig = engineConfig;
    this.adapters = adapters;
    this.folders = folders;
    this.live = live;
    this.checks = checks;
    this.setbacks = new Setbacks(config.longestPause());
    this.loop = new Loop("adapter-reconciler", config.compareEvery(), this::compare);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Compares as soon as possible. */
  public void wake() {
    loop.wake();
  }

  private void compare() {
    boolean wasUp = live.engineIsUp();
    try {
      // The engine and the disk are read before the rows: a row is there before its adapter is
      // loaded or its folder made, so that what no row of the later reading explains is surplus.
      Set<String> held = engine.models();
      if (!held.contains(engineConfig.model())) {
        unusable(
            "it serves %s and not '%s'; set tunemesh.engine.model to the model that it serves"
                .formatted(held, engineConfig.model()));
        return;
      }
      List<Path> present = folders.all();
      List<Adapter> active = adapters.active();
      unloadSurplus(held, active);
      fill(held, active);
      discardSurplus(present, active);
    } catch (EngineUnreachable | EngineTimeout | EngineError e) {
      unusable(e.getMessage());
      return;
    }
    if (!wasUp) {
      LOG.infof("The engine answers, url=%s adapters=%d", engineConfig.url(), live.count());
      checks.wake();
    }
  }

  private void unusable(String why) {
    String fault = "engine " + engineConfig.url() + ": " + why;
    if (!fault.equals(live.fault())) {
      LOG.warnf("The engine cannot be used, the adapters wait: %s", fault);
    }
    live.engineIsDown(fault);
  }

  private void unloadSurplus(Set<String> held, List<Adapter> active) {
    Set<String> surplus = new HashSet<>(held);
    surplus.remove(engineConfig.model());
    active.forEach(adapter -> surplus.remove(adapter.model()));
    surplus.forEach(engine::unload);
  }

  private void fill(Set<String> held, List<Adapter> active) {
    List<Adapter> serving =
        active.stream().filter(adapter -> adapter.status() == AdapterStatus.SERVING).toList();
    Map<String, String> tenants = new HashMap<>();
    serving.stream()
        .filter(adapter -> held.contains(adapter.model()))
        .forEach(adapter -> tenants.put(adapter.model(), adapter.tenant()));
    live.engineHolds(tenants);
    for (Adapter adapter : serving) {
      if (!held.contains(adapter.model()) && setbacks.mayTry(adapter.id())) {
        load(adapter);
      }
    }
  }

  private void load(Adapter adapter) {
    try {
      try {
        engine.load(adapter.model(), folders.of(adapter.files()));
      } catch (EngineError e) {
        if (e.status() != 400 || !engine.models().contains(adapter.model())) {
          throw e;
        }
      }
      setbacks.clear(adapter.id());
      live.add(adapter.tenant(), adapter.model());
      LOG.infof("Adapter loaded again, adapter=%s model=%s", adapter.id(), adapter.model());
    } catch (EngineError | UnusableAdapter | IOException e) {
      setbacks.add(adapter.id(), adapter.model() + ": " + e.getMessage());
      LOG.warnf("Adapter cannot be loaded again, adapter=%s reason=%s", adapter.id(), e);
    }
  }

  private void discardSurplus(List<Path> present, List<Adapter> active) {
    try {
      folders.discardAllBut(active.stream().map(Adapter::files).toList(), present);
    } catch (IOException e) {
      LOG.warnf("Folders that no adapter needs cannot be deleted: %s", e);
    }
  }

  /** Why adapters in service are not loaded; for operators. */
  List<String> setbacks() {
    return setbacks.reasons();
  }
}
