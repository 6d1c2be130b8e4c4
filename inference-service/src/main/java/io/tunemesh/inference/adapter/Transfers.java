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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Brings adapters into an engine and out of it, and makes room: one load of an adapter at a time,
 * and after each the engine holds no more than it has room for, whatever other replicas do.
 */
@ApplicationScoped
class Transfers {

  private static final Logger LOG = Logger.getLogger(Transfers.class);

  private final AdapterFolders folders;
  private final LiveAdapters live;
  private final LoadMeters meters;

  Transfers(AdapterFolders folders, LiveAdapters live, LoadMeters meters) {
    this.folders = folders;
    this.live = live;
    this.meters = meters;
  }

  /**
   * Loads the adapter into {@code engine}, or waits for another's load of it.
   *
   * @param patience how long another's load is waited for
   * @param lost whether the engine's load is to be given up; asked now and then
   * @return its copy; null if there is no room, or another's load takes longer
   */
  Copy load(Engine engine, Served adapter, Duration patience, BooleanSupplier lost)
      throws UnusableAdapter, InterruptedException {
    Places.Place place = engine.places().take(adapter.name());
    if (place == null) {
      return null;
    }
    if (!place.isNew()) {
      return await(place.copy(), patience);
    }
    long start = System.nanoTime();
    try {
      if (!fill(engine, place, adapter, lost)) {
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
    compare(engine, start);
    return engine.has(adapter.name()) ? place.copy() : null;
  }

  /** Another replica may have loaded at the same time: whoever of them is last sees both. */
  private void compare(Engine engine, long start) {
    try {
      long asked = System.nanoTime();
      engine.places().listed(engine.calls().models().adapters(), asked);
      unloadSurplus(engine, start);
    } catch (EngineUnreachable | EngineTimeout | EngineError e) {
      // It has the adapter, as it said; the next list tells what else it has.
      LOG.debugf("A list after a load failed, engine=%s reason=%s", engine.url(), e.getMessage());
    }
  }

  /** Takes out what {@code engine} holds beyond its room, of what has come since then the least. */
  void unloadSurplus(Engine engine, long since) {
    List<Copy> surplus = engine.places().surplus(since);
    if (surplus.isEmpty()) {
      return;
    }
    try {
      for (Copy copy : surplus) {
        if (isOut(engine, copy, engine::isDown)) {
          LOG.infof(
              "Adapter unloaded for want of room, name=%s engine=%s", copy.name(), engine.url());
        }
      }
    } finally {
      surplus.forEach(Copy::stay);
      live.changed();
    }
  }

  /** Takes the adapter out of {@code engine}, if it is there and nobody else does. */
  void unload(Engine engine, String name) {
    Copy copy = engine.places().leaving(name);
    if (copy != null) {
      unload(engine, copy, engine::isDown);
      live.changed();
    }
  }

  /** Whether it is loaded; if not, what was to make way for it could not. */
  private boolean fill(Engine engine, Places.Place place, Served adapter, BooleanSupplier lost)
      throws UnusableAdapter {
    Path folder = folder(adapter);
    for (Copy out : place.out()) {
      if (!isOut(engine, out, lost)) {
        return false;
      }
    }
    try {
      engine.calls().load(adapter.name(), folder, lost);
    } catch (EngineError e) {
      // The name says what is in it, so that what another replica has loaded is the same.
      if (e.status() != 400 || !engine.calls().models().adapters().contains(adapter.name())) {
        throw e;
      }
    }
    return true;
  }

  private static boolean isOut(Engine engine, Copy copy, BooleanSupplier lost) {
    try {
      unload(engine, copy, lost);
      return true;
    } catch (EngineError e) {
      LOG.warnf(
          "An adapter cannot be unloaded, name=%s engine=%s reason=%s",
          copy.name(), engine.url(), e.getMessage());
      return false;
    }
  }

  private static void unload(Engine engine, Copy copy, BooleanSupplier lost) {
    try {
      engine.calls().unload(copy.name(), lost);
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

  private static Copy await(Copy copy, Duration patience) throws InterruptedException {
    try {
      return copy.loaded().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }
}
