package io.tunemesh.local.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Times of {@code n} numbered events, in nanoseconds; safe for one writer each of starts and ends.
 */
final class Samples {

  private final long[] started;
  private final long[] ended;
  private final AtomicInteger arrived = new AtomicInteger();

  Samples(int n) {
    started = new long[n];
    ended = new long[n];
  }

  void start(int i) {
    started[i] = System.nanoTime();
  }

  /** Notes the first arrival of event {@code i}; later ones are repeats. */
  void end(int i) {
    if (ended[i] == 0) {
      ended[i] = System.nanoTime();
      arrived.incrementAndGet();
    }
  }

  boolean complete() {
    return arrived.get() == ended.length;
  }

  /**
   * Milliseconds below which a share {@code p} of the events took, without the first tenth: the
   * warm-up.
   */
  double percentile(double p) {
    return Percentile.of(
        p,
        IntStream.range(started.length / 10, started.length)
            .mapToObj(i -> (ended[i] - started[i]) / 1e6)
            .toList());
  }
}
