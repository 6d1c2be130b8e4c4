package io.tunemesh.dataset.exam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Says how many exam rows one thread reads a second, once the virtual machine is warm. The file has
 * the text, options and answers of each row, every cell ended by the ASCII unit separator; {@code
 * bench/exam_regex.py} writes it.
 */
public final class ExamSpeed {
  private static final String CELL_END = "\u001f";
  private static final long WARM = 10_000_000_000L;
  private static final long MEASURED = 5_000_000_000L;

  private ExamSpeed() {}

  public static void main(String[] args) throws IOException {
    List<ExamCells> rows = rows(Files.readString(Path.of(args[0])));
    run(rows, WARM);
    double[] rate = run(rows, MEASURED);
    System.out.printf(
        "{\"reader\": \"tunemesh\", \"rows_per_s\": %.0f, \"kept_share\": %.3f}%n",
        rate[0], rate[1]);
  }

  private static List<ExamCells> rows(String file) {
    String[] cells = file.split(CELL_END, -1);
    var rows = new ArrayList<ExamCells>();
    for (int i = 0; i + 3 <= cells.length; i += 3) {
      rows.add(new ExamCells(cells[i], cells[i + 1], cells[i + 2]));
    }
    return rows;
  }

  /** Rows a second, and the share of them that was kept. */
  private static double[] run(List<ExamCells> rows, long nanoseconds) {
    long begun = System.nanoTime();
    long done = 0;
    long kept = 0;
    while (System.nanoTime() - begun < nanoseconds) {
      for (ExamCells row : rows) {
        kept += ExamReader.read(row) instanceof ExamRow.Kept ? 1 : 0;
      }
      done += rows.size();
    }
    return new double[] {done * 1e9 / (System.nanoTime() - begun), (double) kept / done};
  }
}
