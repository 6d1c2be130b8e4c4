package io.tunemesh.inference.completion;

import io.tunemesh.inference.engine.PoolConfig;
import io.tunemesh.inference.turn.Turn;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long an engine may take to begin an answer before another is asked as well: as long as most
 * answers of the model of late took (Dean and Barroso, The Tail at Scale, 2013).
 */
@Singleton
class HedgeDelays {

  private static final int REMEMBERED = 256;
  private static final int NEEDED = 20;

  private final PoolConfig.Hedge config;
  private final List<String> models;
  private final Map<String, Times> byModel = new ConcurrentHashMap<>();

  HedgeDelays(PoolConfig config) {
    this.config = config.hedge();
    this.models = config.hedge().models().orElse(List.of());
  }

  /** Whether a second engine may be asked for this turn. */
  boolean concerns(Turn turn) {
    return !models.isEmpty()
        && (models.contains("*") || models.contains(turn.asked()) || models.contains(turn.model()));
  }

  /** After how long; null while too little is known. */
  Duration of(Turn turn) {
    Times times = byModel.get(key(turn));
    Duration late = times == null ? null : times.share(config.share());
    return late == null || late.compareTo(config.notBefore()) > 0 ? late : config.notBefore();
  }

  /** An answer began after {@code nanos}. */
  void began(Turn turn, long nanos) {
    byModel.computeIfAbsent(key(turn), model -> new Times()).add(nanos);
  }

  /** A stream begins with its first token and a whole answer when its last is made. */
  private static String key(Turn turn) {
    return (turn.streams() ? "stream " : "whole ") + turn.model();
  }

  private static final class Times {

    private final long[] nanos = new long[REMEMBERED];
    private int count;

    synchronized void add(long time) {
      nanos[count++ % REMEMBERED] = time;
    }

    synchronized Duration share(double share) {
      int known = Math.min(count, REMEMBERED);
      if (known < NEEDED) {
        return null;
      }
      long[] sorted = Arrays.copyOf(nanos, known);
      Arrays.sort(sorted);
      return Duration.ofNanos(sorted[(int) Math.min(known - 1, share * known)]);
    }
  }
}
