package io.tunemesh.local.bench;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

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
    int warm = started.length / 10;
    double[] took = new double[started.length - warm];
    for (int i = warm; i < started.length; i++) {
      took[i - warm] = (ended[i] - started[i]) / 1e6;
    }
    Arrays.sort(took);
    return took[(int) Math.min(took.length - 1, Math.ceil(p * took.length) - 1)];
  }
}
