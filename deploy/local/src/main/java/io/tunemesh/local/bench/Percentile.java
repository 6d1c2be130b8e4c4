package io.tunemesh.local.bench;

import java.util.Collection;
import java.util.List;

/** What a share of measured values does not exceed, by the nearest rank. */
final class Percentile {

  private Percentile() {}

  /** Not a number where nothing was measured. */
  static double of(double share, Collection<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
  }
}
