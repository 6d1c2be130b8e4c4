package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Chooses engines for adapters that have to be loaded, and leaves one alone that has failed. */
@ApplicationScoped
public class Loads {

  private static final Logger LOG = Logger.getLogger(Loads.class);

  /** Answers that tell of the engine's setup or load, not of the adapter. */
  static final Set<Integer> NOT_THE_ADAPTERS = Set.of(401, 403, 404, 405, 407, 408, 429, 503);

  private final Placement placement;
  private final Transfers transfers;
  private final Setbacks setbacks;

  Loads(Placement placement, Transfers transfers, AdaptersConfig config) {
    this.placement = placement;
    this.transfers = transfers;
    this.setbacks = new Setbacks(config.longestPause());
  }

  /**
   * Loads the adapter where it costs least, on a second engine if the first cannot.
   *
   * @param patience how long others' loads of it are waited for; who has waited so long begins none
   * @return whether it is loaded
   */
  public boolean anywhere(Served adapter, Set<Engine> except, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    List<Engine> left = new ArrayList<>(placement.ranked(adapter));
    left.removeIf(engine -> !engine.isUp() || except.contains(engine));
    boolean loaded = false;
    Duration rest = patience;
    while (!loaded && !left.isEmpty() && rest.isPositive()) {
      Engine engine = next(adapter, left);
      left.remove(engine);
      // With nobody to turn to, an engine that is late is waited for.
      BooleanSupplier lost =
          () ->
              engine.isDown()
                  || engine.isDeaf() && left.stream().anyMatch(other -> !other.isDeaf());
      loaded = into(engine, adapter, rest, lost);
      rest = Duration.ofNanos(deadline - System.nanoTime());
    }
    return loaded;
  }

  /** Of many who ask at once, one loads and the others wait for that load. */
  private static Engine next(Served adapter, List<Engine> left) {
    return left.stream()
        .filter(engine -> engine.isWell() && engine.places().has(adapter.name()))
        .findFirst()
        .orElseGet(() -> Placement.cheapest(left));
  }

  /**
   * Loads the adapter into {@code engine}, unless it failed there a moment ago.
   *
   * @return whether it is there now
   */
  boolean into(Engine engine, Served adapter) throws InterruptedException {
    return into(engine, adapter, Duration.ZERO, engine::isDown);
  }

  private boolean into(Engine engine, Served adapter, Duration patience, BooleanSupplier lost)
      throws InterruptedException {
    String key = key(engine.url(), adapter.name());
    if (!setbacks.mayTry(key)) {
      return false;
    }
    try {
      boolean loaded = transfers.load(engine, adapter, patience, lost) != null;
      if (loaded) {
        setbacks.clear(key);
      }
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

  /** What failed at other engines, or of adapters of other names, is of interest no more. */
  void keepSetbacks(Collection<Engine> engines, Set<String> names) {
    Set<String> urls = engines.stream().map(Engine::url).collect(Collectors.toSet());
    setbacks.keep(
        key -> {
          int end = key.indexOf(' ');
          return urls.contains(key.substring(0, end)) && names.contains(key.substring(end + 1));
        });
  }

  /** No address has a space. */
  private static String key(String url, String name) {
    return url + " " + name;
  }

  /** Why adapters in service are not loaded where they should be; for operators. */
  List<String> setbacks() {
    return setbacks.reasons();
  }
}
