package io.tunemesh.inference.adapter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What failed of late and when it may be tried again: after pauses that double up to a longest. */
final class Setbacks {

  private static final Duration FIRST = Duration.ofMillis(500);

  private final Duration longest;
  private final Map<String, Setback> byId = new ConcurrentHashMap<>();

  Setbacks(Duration longest) {
    this.longest = longest;
  }

  boolean mayTry(String id) {
    Setback setback = byId.get(id);
    return setback == null || System.nanoTime() - setback.until >= 0;
  }

  void add(String id, String reason) {
    byId.compute(
        id,
        (same, before) -> {
          Duration pause = before == null ? FIRST : before.pause.multipliedBy(2);
          pause = pause.compareTo(longest) > 0 ? longest : pause;
          return new Setback(reason, pause, System.nanoTime() + pause.toNanos());
        });
  }

  void clear(String id) {
    byId.remove(id);
  }

  List<String> reasons() {
    return byId.values().stream().map(Setback::reason).sorted().toList();
  }

  private record Setback(String reason, Duration pause, long until) {}
}
