package io.tunemesh.inference.adapter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Counts and times the loads of adapters by what came of them. */
@ApplicationScoped
class LoadMeters {

  private static final Duration[] BUCKETS =
      Arrays.stream(new long[] {10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000})
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;

  LoadMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * A load that began at that {@link System#nanoTime()} is over.
   *
   * @param failure null if the engine has the adapter
   */
  void ended(Exception failure, long start) {
    Timer.builder("tunemesh.adapter.loads")
        .description("Loads of adapters into engines, with the room that was made for them.")
        .tag("outcome", outcome(failure))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
  }

  private static String outcome(Exception failure) {
    return switch (failure) {
      case null -> "loaded";
      case EngineError error when Loads.isTheAdapters(error) -> "refused";
      case EngineTimeout timeout -> "timeout";
      case EngineUnreachable unreachable -> "unreachable";
      case UnusableAdapter unusable -> "unusable";
      default -> "failed";
    };
  }
}
