package io.tunemesh.inference.adapter;

import io.tunemesh.platform.work.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What failed of late and when it may be tried again: after pauses that double up to a longest. */
final class Setbacks {

  private final Backoff backoff;
  private final Map<String, Setback> byId = new ConcurrentHashMap<>();

  Setbacks(Duration longest) {
    this.backoff = new Backoff(Duration.ofMillis(500), longest);
  }

  boolean mayTry(String id) {
    Setback setback = byId.get(id);
    return setback == null || System.nanoTime() - setback.until >= 0;
  }

  void add(String id, String reason) {
    byId.compute(
        id,
        (same, before) -> {
          int failures = before == null ? 0 : before.failures + 1;
          long until = System.nanoTime() + backoff.after(failures).toNanos();
          return new Setback(reason, failures, until);
        });
  }

  void clear(String id) {
    byId.remove(id);
  }

  /** Forgets the others. */
  void keep(Predicate<String> ids) {
    byId.keySet().removeIf(ids.negate());
  }

  List<String> reasons() {
    return byId.values().stream().map(Setback::reason).sorted().toList();
  }

  private record Setback(String reason, int failures, long until) {}
}
