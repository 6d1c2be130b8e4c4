package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Report.ExampleAt;
import io.tunemesh.dataset.report.Report.RefusedCell;
import java.util.Locale;

/** Numbers and places as people read them. */
final class Numbers {

  private Numbers() {}

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String decimal(double value) {
    return value == Math.rint(value)
        ? count((long) value)
        : String.format(Locale.ROOT, "%,.1f", value);
  }

  /** With one decimal; a share that is not nothing is never shown as 0.0 %. */
  static String percent(double share) {
    return share > 0 && share < 0.001
        ? "under 0.1 %"
        : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String place(RefusedCell cell) {
    return place(
        cell.file(),
        cell.sheet(),
        cell.cell() == null ? "row " + cell.row() : "cell " + cell.cell());
  }

  static String place(ExampleAt at) {
    return place(
        at.file(),
        at.sheet(),
        at.firstRow() == null
            ? "row " + at.row()
            : "rows %d to %d".formatted(at.firstRow(), at.row()));
  }

  private static String place(String file, String sheet, String rows) {
    return sheet == null || sheet.isEmpty()
        ? file + ", " + rows
        : "%s, sheet %s, %s".formatted(file, sheet, rows);
  }
}
