package io.tunemesh.local.demo;

import java.util.List;

/** A curve as one line of text. */
final class Sparkline {

  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * {@code values} over time in at most {@code width} characters, each the mean of its share of
   * them.
   */
  static String of(List<Double> values, int width) {
    if (values.isEmpty()) {
      return "";
    }
    int columns = Math.min(width, values.size());
    double[] means = new double[columns];
    for (int i = 0; i < columns; i++) {
      means[i] =
          values.subList(i * values.size() / columns, (i + 1) * values.size() / columns).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElseThrow();
    }
    double low = java.util.Arrays.stream(means).min().orElseThrow();
    double high = java.util.Arrays.stream(means).max().orElseThrow();
    StringBuilder line = new StringBuilder();
    for (double mean : means) {
      double share = high == low ? 0 : (mean - low) / (high - low);
      line.append(LEVELS.charAt((int) Math.round(share * (LEVELS.length() - 1))));
    }
    return line.toString();
  }
}
