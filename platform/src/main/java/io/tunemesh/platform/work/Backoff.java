package io.tunemesh.platform.work;

import java.time.Duration;

/** Pauses between tries: each twice as long as the one before, up to a longest. */
public record Backoff(Duration first, Duration longest) {

  /** The pause after so many failures in a row before this one. */
  public Duration after(int failures) {
    Duration pause = first.multipliedBy(1L << Math.min(failures, 20));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
