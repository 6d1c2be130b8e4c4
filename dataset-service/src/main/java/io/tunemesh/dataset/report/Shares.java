package io.tunemesh.dataset.report;

/** Shares with four decimals, so that a report is the same wherever it was made. */
final class Shares {

  private Shares() {}

  /** {@code part} of {@code whole}; 0 where that is nothing. */
  static double of(long part, long whole) {
    return whole == 0 ? 0 : round((double) part / whole);
  }

  static double round(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
