package io.tunemesh.inference.adapter;

import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Engines;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.stream.Collectors;

/** How the engines are, as last seen, and a bell for those who wait for a change of that. */
@ApplicationScoped
public class LiveAdapters {

  private final Engines engines;

  LiveAdapters(Engines engines) {
    this.engines = engines;
  }

  /** Whether an engine answered when it was last asked. */
  public boolean engineIsUp() {
    return engines.all().stream().anyMatch(Engine::isUp);
  }

  /** What is wrong with the engines; null while one answers, or was not asked yet. */
  public String fault() {
    if (engines.all().isEmpty()) {
      return "no engine is known";
    }
    return engines.all().stream().anyMatch(engine -> engine.fault() == null) ? null : faults();
  }

  /** What is wrong with engines; empty if nothing is. */
  public String faults() {
    return engines.all().stream()
        .map(Engine::fault)
        .filter(fault -> fault != null)
        .collect(Collectors.joining("; "));
  }

  /** How many adapters the engines hold, copies counted. */
  public int count() {
    return engines.all().stream()
        .filter(Engine::isUp)
        .mapToInt(engine -> engine.places().taken())
        .sum();
  }

  /** Waits until something changes, or for {@code longest}. */
  public synchronized void awaitChange(Duration longest) throws InterruptedException {
    if (longest.toMillis() > 0) {
      wait(longest.toMillis());
    }
  }

  /** Something has changed. */
  public synchronized void changed() {
    notifyAll();
  }
}
