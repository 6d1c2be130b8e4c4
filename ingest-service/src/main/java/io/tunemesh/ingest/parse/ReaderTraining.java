package io.tunemesh.ingest.parse;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.tunemesh.contract.Json;
import io.tunemesh.ingest.workbook.MadeBook;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tables of made-up text in the forms in which most tables come, by which a reader loads what it
 * needs.
 */
final class ReaderTraining {

  /** Enough for a sheet that is inflated in a thread of its own. */
  static final int ROWS = 2000;

  private static final String[] COLUMNS = {"question", "options", "answer", "解析"};

  private ReaderTraining() {}

  /** Writes files of {@link #ROWS} below their headers into {@code folder}. */
  static List<Path> files(Path folder) throws IOException {
    return List.of(
        workbook(folder.resolve("shared.xlsx"), true),
        workbook(folder.resolve("inline.xlsx"), false),
        csv(folder.resolve("table.csv")),
        lines(folder.resolve("table.jsonl")));
  }

  private static Path workbook(Path file, boolean shared) throws IOException {
    List<List<String>> rows =
        IntStream.rangeClosed(0, ROWS)
            .mapToObj(
                row ->
                    IntStream.range(0, COLUMNS.length)
                        .mapToObj(column -> text(row, column))
                        .toList())
            .toList();
    MadeBook.write(file, shared, rows);
    return file;
  }

  private static Path csv(Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int row = 0; row <= ROWS; row++) {
        for (int column = 0; column < COLUMNS.length; column++) {
          String text = text(row, column);
          out.write(row % 4 == 1 ? '"' + text + ", \"\"" + text + "\"\"\"" : text);
          out.write(column == COLUMNS.length - 1 ? '\n' : ',');
        }
      }
    }
    return file;
  }

  private static Path lines(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = Json.MAPPER.getFactory().createGenerator(out, JsonEncoding.UTF8)) {
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      for (int row = 1; row <= ROWS; row++) {
        json.writeStartObject();
        for (int column = 0; column < COLUMNS.length; column++) {
          json.writeStringField(COLUMNS[column], text(row, column));
        }
        json.writeEndObject();
      }
    }
    return file;
  }

  /** The name of the column in row 0; else English or Chinese, always the same. */
  private static String text(int row, int column) {
    if (row == 0) {
      return COLUMNS[column];
    }
    Random random = new Random(row * 31L + column);
    StringBuilder text = new StringBuilder();
    for (int left = 20 + random.nextInt(120); left > 0; left--) {
      text.append((char) (row % 3 == 0 ? 'a' + random.nextInt(26) : 0x4e00 + random.nextInt(3000)));
    }
    return text.toString();
  }
}
