package io.tunemesh.ingest.document;

import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The paragraphs of a document, numbered from 1, each with the headings above it, outermost first,
 * as {@code Guide > Setup}. A heading without text below it is kept as a paragraph of its own.
 */
final class Paragraphs {

  private static final int LEVELS = 9;
  private static final int LONGEST_HEADING = 1000;

  private final Rows rows;
  private final String[] headings = new String[LEVELS + 1];
  private int ordinal;
  private boolean bare;

  Paragraphs(ReaderConfig limits, RecordWriter records) {
    this.rows = new Rows(limits, records);
    rows.begin(1).column("heading");
    rows.column("text");
  }

  /** A heading of a level from 1 to 9. */
  void heading(int level, String text) {
    if (text.isBlank()) {
      return;
    }
    if (text.length() > LONGEST_HEADING) {
      text(text, null);
      return;
    }
    if (bare && Arrays.stream(headings, level, headings.length).anyMatch(Objects::nonNull)) {
      flush();
    }
    headings[level] = text.strip();
    Arrays.fill(headings, level + 1, headings.length, null);
    bare = true;
  }

  /**
   * A paragraph.
   *
   * @param page null where the format has no pages
   */
  void text(String text, Integer page) {
    write(text.strip(), page);
  }

  /**
   * The cells of a table's row, each with a tab behind it: empty ones keep the places of others.
   */
  void row(String cells) {
    String row = cells.stripTrailing();
    int start = 0;
    while (start < row.length()
        && row.charAt(start) != '\t'
        && Character.isWhitespace(row.charAt(start))) {
      start++;
    }
    write(row.substring(start), null);
  }

  private void write(String text, Integer page) {
    if (text.isBlank()) {
      return;
    }
    rows.begin(++ordinal).put("heading", path());
    rows.put("text", text);
    if (page != null) {
      rows.put("page", page.toString());
    }
    rows.end();
    bare = false;
  }

  Rows rows() {
    return rows;
  }

  /** What was read. */
  Reading reading(String kind) {
    if (bare) {
      flush();
    }
    return rows.reading(kind);
  }

  /** A heading that nothing stood below. */
  private void flush() {
    String last =
        Arrays.stream(headings).filter(Objects::nonNull).reduce((one, next) -> next).orElse("");
    text(last, null);
  }

  private String path() {
    return Arrays.stream(headings).filter(Objects::nonNull).collect(Collectors.joining(" > "));
  }
}
