package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Report.ExampleAt;
import io.tunemesh.dataset.report.Report.RefusedCell;

/** Places in a source as people read them. */
final class PlaceName {

  private PlaceName() {}

  static String of(RefusedCell cell) {
    return of(
        cell.file(),
        cell.sheet(),
        cell.cell() == null ? "row " + cell.row() : "cell " + cell.cell());
  }

  static String of(ExampleAt at) {
    return of(
        at.file(),
        at.sheet(),
        at.firstRow() == null
            ? "row " + at.row()
            : "rows %d to %d".formatted(at.firstRow(), at.row()));
  }

  private static String of(String file, String sheet, String rows) {
    return sheet == null || sheet.isEmpty()
        ? file + ", " + rows
        : "%s, sheet %s, %s".formatted(file, sheet, rows);
  }
}
