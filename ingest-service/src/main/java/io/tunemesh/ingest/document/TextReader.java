package io.tunemesh.ingest.document;

import io.tunemesh.ingest.record.Lines;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.util.List;

/**
 * Reads plain text: a record is a paragraph where blank lines part paragraphs of several lines, and
 * else a line.
 */
public final class TextReader {

  /** Paragraphs of more lines than these, on average, are lines with a rare blank between. */
  private static final int LONGEST = 20;

  private final ReaderConfig limits;

  public TextReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Writes every line or paragraph. */
  public Reading read(TextFile text, RecordWriter records) throws IOException {
    Rows rows = new Rows(limits, records);
    rows.begin(1).column("text");
    boolean paragraphs = hasParagraphs(text.headLines());
    StringBuilder paragraph = new StringBuilder();
    try (Lines lines = new Lines(text, limits.maxCellCharacters())) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          end(rows, paragraph);
          continue;
        }
        if (paragraph.isEmpty()) {
          rows.begin(lines.number());
        }
        paragraph.append(paragraph.isEmpty() ? "" : "\n").append(line);
        if (paragraph.length() > limits.maxCellCharacters()) {
          throw rows.cellTooLong("text");
        }
        if (!paragraphs) {
          end(rows, paragraph);
        }
      }
    }
    end(rows, paragraph);
    return rows.reading("text");
  }

  private static void end(Rows rows, StringBuilder paragraph) {
    if (!paragraph.isEmpty()) {
      rows.put("text", paragraph.toString()).end();
      paragraph.setLength(0);
    }
  }

  static boolean hasParagraphs(List<String> lines) {
    int groups = 0;
    int full = 0;
    int longest = 0;
    int length = 0;
    for (String line : lines) {
      boolean blank = line.isBlank();
      groups += !blank && length == 0 ? 1 : 0;
      length = blank ? 0 : length + 1;
      full += blank ? 0 : 1;
      longest = Math.max(longest, length);
    }
    return groups > 1 && longest > 1 && full <= groups * LONGEST;
  }
}
