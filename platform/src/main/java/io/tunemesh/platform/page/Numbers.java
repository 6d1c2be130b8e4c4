package io.tunemesh.platform.page;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {

  private Numbers() {}

  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** With one decimal, if it is no whole number. */
  public static String decimal(double value) {
    return value == Math.rint(value)
        ? count((long) value)
        : String.format(Locale.ROOT, "%,.1f", value);
  }

  /** With one decimal; a share that is not nothing is never shown as 0.0 %. */
  public static String percent(double share) {
    return share > 0 && share < 0.001
        ? "under 0.1 %"
        : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** With about four digits that matter. */
  public static String digits(double value) {
    double size = Math.abs(value);
    if (size >= 1000 || value == 0) {
      return decimal(value);
    }
    return size < 0.001
        ? String.format(Locale.ROOT, "%.2e", value)
        : String.format(Locale.ROOT, size < 1 ? "%.4f" : size < 100 ? "%.3f" : "%.1f", value);
  }
}
