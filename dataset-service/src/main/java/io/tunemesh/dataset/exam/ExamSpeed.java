package io.tunemesh.dataset.exam;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Says how many exam rows are read a second on one thread and on two, once the virtual machine is
 * warm, in the best of some short rounds, as {@code bench/exam_regex.py} does on one process and on
 * two. The file has the text, options and answers of each row, every cell ended by the ASCII unit
 * separator; that script writes it.
 */
public final class ExamSpeed {
  private static final String CELL_END = "\u001f";
  private static final long WARM = 10_000_000_000L;
  private static final long ROUND = 500_000_000L;
  private static final int ROUNDS = 10;

  /** Keeps the compiler from leaving out what nobody looks at. */
  private static Object last;

  private ExamSpeed() {}

  public static void main(String[] args) throws Exception {
    List<ExamCells> rows = rows(Files.readString(Path.of(args[0])));
    run(rows, WARM);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      double one = best(rows, 1, threads);
      double two = best(rows, 2, threads);
      System.out.printf(
          "{\"reader\": \"tunemesh\", \"rows_per_s\": %.0f, \"rows_per_s_on_two\": %.0f,"
              + " \"kept_share\": %.3f}%n",
          one, two, kept(rows));
    }
  }

  private static List<ExamCells> rows(String file) {
    String[] cells = file.split(CELL_END, -1);
    var rows = new ArrayList<ExamCells>();
    for (int i = 0; i + 3 <= cells.length; i += 3) {
      rows.add(new ExamCells(cells[i], cells[i + 1], cells[i + 2]));
    }
    return rows;
  }

  /** Rows a second of all threads together in the round that was disturbed least. */
  private static double best(List<ExamCells> rows, int threads, ExecutorService pool)
      throws Exception {
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double rate = 0;
      Callable<Double> work = () -> run(rows, ROUND);
      for (Future<Double> done : pool.invokeAll(Collections.nCopies(threads, work))) {
        rate += done.get();
      }
      best = Math.max(best, rate);
    }
    return best;
  }

  private static double run(List<ExamCells> rows, long nanoseconds) {
    long begun = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - begun < nanoseconds) {
      for (ExamCells row : rows) {
        last = ExamReader.read(row);
      }
      done += rows.size();
    }
    return done * 1e9 / (System.nanoTime() - begun);
  }

  private static double kept(List<ExamCells> rows) {
    int kept = 0;
    for (ExamCells row : rows) {
      kept += ExamReader.read(row) instanceof ExamRow.Kept ? 1 : 0;
    }
    return (double) kept / rows.size();
  }
}
