package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Copy;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.inference.engine.Places;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/** Loads adapters into engines and makes room for them; one load of an adapter at a time. */
@ApplicationScoped
public class Loads {

  private static final Logger LOG = Logger.getLogger(Loads.class);

  /** Answers that tell of the engine's setup or load, not of the adapter. */
  static final Set<Integer> NOT_THE_ADAPTERS = Set.of(401, 403, 404, 405, 408, 429, 503);

  private final Placement placement;
  private final AdapterFolders folders;
  private final LiveAdapters live;
  private final LoadMeters meters;
  private final Setbacks setbacks;

  Loads(
      Placement placement,
      AdapterFolders folders,
      LiveAdapters live,
      LoadMeters meters,
      AdaptersConfig config) {
    this.placement = placement;
    this.folders = folders;
    this.live = live;
    this.meters = meters;
    this.setbacks = new Setbacks(config.longestPause());
  }

  /**
   * Loads the adapter where it costs least, on a second engine if the first cannot.
   *
   * @return whether it is loaded
   */
  public boolean anywhere(Served adapter, Set<Engine> except) throws InterruptedException {
    List<Engine> left = new ArrayList<>(placement.ranked(adapter));
    left.removeIf(engine -> !engine.isUp() || except.contains(engine));
    while (!left.isEmpty()) {
      Engine engine = next(adapter, left);
      left.remove(engine);
      if (into(engine, adapter)) {
        return true;
      }
    }
    return false;
  }

  /** Of many who ask at once, one loads and the others wait for that load. */
  private static Engine next(Served adapter, List<Engine> left) {
    List<Engine> well = left.stream().filter(Engine::isWell).toList();
    return well.stream()
        .filter(engine -> engine.places().has(adapter.name()))
        .findFirst()
        .orElseGet(() -> Placement.cheapest(well.isEmpty() ? left : well));
  }

  /**
   * Loads the adapter into {@code engine}, unless it failed there a moment ago.
   *
   * @return whether it is there now
   */
  boolean into(Engine engine, Served adapter) throws InterruptedException {
    String key = engine.url() + " " + adapter.name();
    if (!setbacks.mayTry(key)) {
      return false;
    }
    try {
      boolean loaded = load(engine, adapter) != null;
      setbacks.clear(key);
      return loaded;
    } catch (EngineUnreachable e) {
      engine.isDown(e.getMessage());
    } catch (EngineError | EngineTimeout | UnusableAdapter | UncheckedIOException e) {
      if (e instanceof EngineError error && isTheAdapters(error)) {
        engine.refuses(adapter.name(), error.getMessage());
      }
      // Many may have waited for the one load that failed.
      if (setbacks.mayTry(key)) {
        setbacks.add(key, adapter.model() + " at " + engine.url() + ": " + e.getMessage());
        LOG.warnf(
            "Adapter cannot be loaded, adapter=%s engine=%s reason=%s",
            adapter.id(), engine.url(), e.getMessage());
      }
    }
    return false;
  }

  /** Whether the engine says that it will never take the adapter. */
  static boolean isTheAdapters(EngineError e) {
    return e.status() < 500 && !NOT_THE_ADAPTERS.contains(e.status());
  }

  /**
   * Loads the adapter into {@code engine}, or waits for another's load of it.
   *
   * @return its copy; null if there is no room
   */
  Copy load(Engine engine, Served adapter) throws UnusableAdapter, InterruptedException {
    Places.Place place = engine.places().take(adapter.name());
    if (place == null) {
      return null;
    }
    if (!place.isNew()) {
      return await(place.copy());
    }
    long start = System.nanoTime();
    try {
      if (!fill(engine, place, adapter)) {
        engine.places().notLoaded(place, new EngineTimeout("another adapter could not make room"));
        return null;
      }
    } catch (EngineUnreachable | EngineTimeout e) {
      boolean brokenOff = Thread.interrupted();
      RuntimeException why = brokenOff ? new EngineTimeout("the load was broken off") : e;
      meters.ended(why, start);
      engine.places().maybeLoaded(place, why);
      if (brokenOff) {
        // That its asker has gone says nothing about the engine.
        throw new InterruptedException(why.getMessage());
      }
      throw e;
    } catch (RuntimeException e) {
      meters.ended(e, start);
      engine.places().notLoaded(place, e);
      throw e;
    } catch (UnusableAdapter e) {
      meters.ended(e, start);
      engine.places().notLoaded(place, new EngineUnreachable(e.getMessage(), e));
      throw e;
    }
    engine.places().loaded(place.copy());
    meters.ended(null, start);
    live.changed();
    LOG.infof(
        "Adapter loaded, adapter=%s model=%s engine=%s",
        adapter.id(), adapter.model(), engine.url());
    return place.copy();
  }

  /** Takes the adapter out of {@code engine}, if it is there and nobody else does. */
  void unload(Engine engine, String name) {
    Copy copy = engine.places().leaving(name);
    if (copy != null) {
      unload(engine, copy);
      live.changed();
    }
  }

  /** Why adapters in service are not loaded where they should be; for operators. */
  List<String> setbacks() {
    return setbacks.reasons();
  }

  /** Whether it is loaded; if not, what was to make way for it could not. */
  private boolean fill(Engine engine, Places.Place place, Served adapter) throws UnusableAdapter {
    Path folder = folder(adapter);
    for (Copy out : place.out()) {
      try {
        unload(engine, out);
      } catch (EngineError e) {
        LOG.warnf(
            "An adapter cannot be unloaded, name=%s engine=%s reason=%s",
            out.name(), engine.url(), e.getMessage());
        return false;
      }
    }
    try {
      engine.calls().load(adapter.name(), folder);
    } catch (EngineError e) {
      // The name says what is in it, so that what another replica has loaded is the same.
      if (e.status() != 400 || !engine.calls().models().contains(adapter.name())) {
        throw e;
      }
    }
    return true;
  }

  private static void unload(Engine engine, Copy copy) {
    try {
      engine.calls().unload(copy.name());
    } catch (RuntimeException e) {
      engine.places().maybeUnloaded(copy);
      throw e;
    }
    engine.places().unloaded(copy);
  }

  private Path folder(Served adapter) throws UnusableAdapter {
    try {
      return folders.of(adapter.files());
    } catch (IOException e) {
      throw new UncheckedIOException("its files cannot be read now: " + e, e);
    }
  }

  private static Copy await(Copy copy) throws InterruptedException {
    try {
      return copy.loaded().get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }
}
