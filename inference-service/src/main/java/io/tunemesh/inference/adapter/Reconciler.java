package io.tunemesh.inference.adapter;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineModels;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Looks after each engine in loops of its own, so that one that hangs holds up no other: notes
 * whether it answers and what it holds, takes out what is not in service, and fills it.
 */
@ApplicationScoped
public class Reconciler {

  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final Engines engines;
  private final Catalog catalog;
  private final Warmth warmth;
  private final Loads loads;
  private final Transfers transfers;
  private final AdapterFolders folders;
  private final LiveAdapters live;
  private final AdapterChecks checks;
  private final AdaptersConfig config;
  private final Map<Engine, List<Loop>> loops = new HashMap<>();
  private final Loop tidying;
  private boolean running;

  Reconciler(
      Engines engines,
      Catalog catalog,
      Warmth warmth,
      Loads loads,
      Transfers transfers,
      AdapterFolders folders,
      LiveAdapters live,
      AdapterChecks checks,
      AdaptersConfig config) {
    this.engines = engines;
    this.catalog = catalog;
    this.warmth = warmth;
    this.loads = loads;
    this.transfers = transfers;
    this.folders = folders;
    this.live = live;
    this.checks = checks;
    this.config = config;
    this.tidying = new Loop("adapter-folders", config.compareEvery(), this::tidy);
  }

  void start(@Observes StartupEvent event) {
    synchronized (this) {
      running = true;
    }
    engines.onChange(this::follow);
    follow();
    tidying.start();
  }

  void stop(@Observes ShutdownEvent event) {
    List<Loop> all;
    synchronized (this) {
      running = false;
      all = loops.values().stream().flatMap(List::stream).toList();
    }
    tidying.close();
    all.forEach(Loop::close);
  }

  /** Compares as soon as possible. */
  public synchronized void wake() {
    tidying.wake();
    loops.values().forEach(its -> its.forEach(Loop::wake));
  }

  private synchronized void follow() {
    if (!running) {
      return;
    }
    for (Engine engine : Set.copyOf(loops.keySet())) {
      if (!engines.all().contains(engine)) {
        List<Loop> its = loops.remove(engine);
        Thread.ofVirtual().start(() -> its.forEach(Loop::close));
      }
    }
    for (Engine engine : engines.all()) {
      loops.computeIfAbsent(engine, this::begun);
    }
  }

  private List<Loop> begun(Engine engine) {
    Duration period = config.compareEvery();
    // By a loop of its own, since a load may take long.
    List<Loop> its =
        List.of(
            new Loop("health of " + engine.url(), period.dividedBy(2), () -> look(engine)),
            new Loop("engine " + engine.url(), period, () -> compare(engine)));
    its.forEach(Loop::start);
    return its;
  }

  private void look(Engine engine) {
    String ill = null;
    engine.asking();
    try {
      ill = engine.calls().illness();
      if (ill != null && !ill.equals(engine.illness())) {
        LOG.warnf("The engine cannot be used: %s", ill);
      }
    } catch (EngineUnreachable | EngineTimeout e) {
      unusable(engine, e.getMessage());
    } finally {
      engine.asked(ill);
    }
  }

  private void compare(Engine engine) {
    EngineModels models;
    long asked = System.nanoTime();
    try {
      // The engine is read before the rows: a row is there before its adapter is loaded, so that
      // what no row of the later reading explains is in service no more.
      models = engine.calls().models();
    } catch (EngineUnreachable | EngineTimeout | EngineError e) {
      unusable(engine, e.getMessage());
      return;
    }
    if (!models.bases().contains(engine.spec().model())) {
      unusable(
          engine,
          "it serves %s and not '%s'; set tunemesh.engine.model to the model that it serves"
              .formatted(models.all(), engine.spec().model()));
      return;
    }
    engine.signs(models.signature());
    Set<String> names = models.adapters();
    // Before the database is asked: without it the engine answers all the same.
    boolean returned = engine.holds(names, asked);
    live.changed();
    if (returned) {
      LOG.infof("The engine answers, url=%s adapters=%d", engine.url(), names.size());
      checks.wake();
    }
    try {
      if (isRefreshed()) {
        unloadUnknown(engine, names);
      }
      transfers.unloadSurplus(engine, asked);
      warmth.fill(engine);
    } catch (EngineUnreachable | EngineTimeout | EngineError e) {
      unusable(engine, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void unusable(Engine engine, String why) {
    String fault = "engine " + engine.url() + ": " + why;
    if (!fault.equals(engine.fault())) {
      LOG.warnf("The engine cannot be used: %s", fault);
    }
    engine.isDown(fault);
    live.changed();
  }

  /** False while the database is away, of which the loop that tidies tells. */
  private boolean isRefreshed() {
    try {
      catalog.refresh();
      return true;
    } catch (RuntimeException e) {
      LOG.debugf("The adapters in service cannot be read now, cause=%s", e);
      return false;
    }
  }

  private void unloadUnknown(Engine engine, Set<String> held) {
    Set<String> unknown = new HashSet<>(held);
    unknown.removeAll(catalog.known());
    unknown.forEach(name -> transfers.unload(engine, name));
  }

  private void tidy() {
    try {
      List<Path> present = folders.all();
      catalog.refresh();
      loads.keepSetbacks(engines.all(), catalog.known());
      folders.discardAllBut(catalog.needed(), present);
    } catch (IOException e) {
      LOG.warnf("Folders that no adapter needs cannot be deleted: %s", e);
    }
  }
}
