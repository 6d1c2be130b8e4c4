package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Lengths.Bar;
import io.tunemesh.dataset.report.Lengths.Length;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts lengths in fixed memory: up to 255 each by itself, above in buckets whose width is at most
 * a 128th of their beginning.
 */
final class LengthCount {

  private static final int EXACT = 256;
  private static final int FINE = 128;
  private static final long[] EDGES = edges();

  private final long[] buckets = new long[EXACT + 24 * FINE];
  private final long[] bars = new long[EDGES.length];
  private long count;
  private long sum;
  private int min = Integer.MAX_VALUE;
  private int max;

  void add(int length) {
    count++;
    sum += length;
    min = Math.min(min, length);
    max = Math.max(max, length);
    buckets[bucket(length)]++;
    int bar = EDGES.length - 1;
    while (EDGES[bar] > length) {
      bar--;
    }
    bars[bar]++;
  }

  /** What was counted; null where nothing was. */
  Length done() {
    return count == 0
        ? null
        : new Length(
            count,
            min,
            max,
            Shares.round((double) sum / count),
            percentile(50),
            percentile(95),
            percentile(99),
            bars());
  }

  private long percentile(int percent) {
    long rank = Math.max(1, (count * percent + 99) / 100);
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= rank) {
        return Math.clamp(begin(i), min, max);
      }
    }
    return max;
  }

  private List<Bar> bars() {
    List<Bar> found = new ArrayList<>();
    for (int i = 0; i + 1 < EDGES.length; i++) {
      boolean between = EDGES[i] <= max && EDGES[i + 1] > min;
      if (between) {
        found.add(new Bar(EDGES[i], EDGES[i + 1], bars[i]));
      }
    }
    return found;
  }

  private static int bucket(int length) {
    if (length < EXACT) {
      return length;
    }
    int shift = Integer.SIZE - Integer.numberOfLeadingZeros(length) - 8;
    return EXACT + (shift - 1) * FINE + (length >>> shift) - FINE;
  }

  private static long begin(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    int above = bucket - EXACT;
    return (long) (above % FINE + FINE) << above / FINE + 1;
  }

  /** 0, and then 1, 2 and 5 of every power of ten, beyond any length. */
  private static long[] edges() {
    List<Long> edges = new ArrayList<>(List.of(0L));
    for (long ten = 1; ten <= 1_000_000_000; ten *= 10) {
      edges.addAll(List.of(ten, 2 * ten, 5 * ten));
    }
    return edges.stream().mapToLong(Long::longValue).toArray();
  }
}
