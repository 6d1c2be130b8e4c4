package io.tunemesh.inference.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tunemesh.parts.Scratch;
import java.util.Map;

/**
 * Starts the one {@link StubEngine} of a test run, and makes the service impatient where a test
 * waits for the end of its patience; where none does, a machine that stands still for seconds must
 * change nothing.
 */
public class StubEngineResource implements QuarkusTestResourceLifecycleManager {

  private static StubEngine engine;
  private Scratch adapters;

  public static StubEngine engine() {
    return engine;
  }

  @Override
  public Map<String, String> start() {
    engine = new StubEngine();
    engine.start();
    adapters = Scratch.named("tunemesh-adapters");
    return Map.ofEntries(
        Map.entry("tunemesh.engine.url", engine.url()),
        Map.entry("tunemesh.engine.model", StubEngine.BASE),
        Map.entry("tunemesh.engine.adapters", adapters.folder().toString()),
        Map.entry("tunemesh.engine.connect-timeout", "30s"),
        Map.entry("tunemesh.engine.list-timeout", "60s"),
        Map.entry("tunemesh.engine.answer-timeout", "10s"),
        // What tells of changes is the notice, not the poll.
        Map.entry("tunemesh.changes.poll", "1h"),
        Map.entry("tunemesh.shadows.keep", "3"),
        Map.entry("tunemesh.usage.flush", "100ms"),
        Map.entry("tunemesh.adapters.compare-every", "200ms"),
        Map.entry("tunemesh.adapters.keep-folders", "1s"),
        Map.entry("tunemesh.adapters.patience", "30s"),
        Map.entry("tunemesh.adapters.probe-timeout", "2m"),
        Map.entry("tunemesh.adapters.longest-pause", "1s"),
        Map.entry("tunemesh.adapters.faults-for", "1s"),
        Map.entry("tunemesh.completions.patience", "10s"),
        Map.entry("tunemesh.completions.pause", "200ms"),
        // Less than a request waits, so that an engine that comes back is tried within it.
        Map.entry("tunemesh.pool.breaker.pause", "500ms"),
        Map.entry("tunemesh.pool.suspect-after", "1m"),
        Map.entry("tunemesh.pool.pause.well", "5s"),
        Map.entry("tunemesh.completions.max-body", "1M"),
        Map.entry("tunemesh.completions.max-answer", "10K"),
        Map.entry("tunemesh.knowledge.look-every", "200ms"),
        Map.entry("tunemesh.jobs.pause", "200ms"),
        Map.entry("tunemesh.jobs.longest-pause", "300ms"),
        Map.entry("tunemesh.jobs.row-patience", "600ms"),
        Map.entry("tunemesh.streams.per-tenant", "2"),
        Map.entry("tunemesh.feedback.export-at", "1"),
        Map.entry("tunemesh.feedback.look-every", "1h"),
        Map.entry("tunemesh.feedback.turn-ends", "1m"));
  }

  @Override
  public void stop() {
    engine.die();
    adapters.close();
  }
}
