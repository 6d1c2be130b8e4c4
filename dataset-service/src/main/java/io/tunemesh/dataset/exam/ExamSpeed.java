package io.tunemesh.dataset.exam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Says how many exam rows one thread reads a second, once the virtual machine is warm. The file has
 * one JSON object a line with text, options and answers; {@code bench/exam_regex.py} writes it.
 */
public final class ExamSpeed {
  private static final long WARM = 10_000_000_000L;
  private static final long MEASURED = 5_000_000_000L;

  private ExamSpeed() {}

  public static void main(String[] args) throws IOException {
    List<ExamCells> rows =
        Files.readAllLines(Path.of(args[0])).stream().map(ExamSpeed::cells).toList();
    run(rows, WARM);
    double[] rate = run(rows, MEASURED);
    System.out.printf(
        "{\"reader\": \"tunemesh\", \"rows_per_s\": %.0f, \"kept_share\": %.3f}%n",
        rate[0], rate[1]);
  }

  private static ExamCells cells(String line) {
    try {
      JsonNode row = new ObjectMapper().readTree(line);
      return new ExamCells(
          row.path("text").asText(), row.path("options").asText(), row.path("answers").asText());
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON object: " + line, e);
    }
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
