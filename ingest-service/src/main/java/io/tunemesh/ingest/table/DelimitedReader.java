package io.tunemesh.ingest.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import io.tunemesh.ingest.record.Unreadable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Reads delimited text (RFC 4180 and its relatives), a row at a time. A row that is shorter than
 * the header has no cells there, as in a spreadsheet; one with more is refused, because a separator
 * in a text has moved its cells to other columns.
 */
public final class DelimitedReader {

  /** Rows that the choice of the header looks at, fewer where they are long. */
  private static final int SAMPLE = 50;

  private final ReaderConfig limits;

  public DelimitedReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Writes every row that has anything in it. */
  public Reading read(TextFile text, Dialect dialect, RecordWriter records) throws IOException {
    Rows rows = new Rows(limits, records);
    BufferedReader in = new BufferedReader(new Ended(text.reader(), dialect), 65536);
    if (dialect.declared()) {
      in.readLine(); // the head has it whole
    }
    try (CsvReader<CsvRecord> csv =
            dialect.reader().maxBufferSize(bufferSize()).build(handler(), in);
        CloseableIterator<CsvRecord> found = csv.iterator()) {
      Deque<Numbered> sample = new ArrayDeque<>();
      long characters = 0;
      Cursor cursor = new Cursor(found, rows, dialect, 0);
      for (Numbered next = cursor.next(); next != null; next = cursor.next()) {
        sample.add(next);
        characters += next.fields().stream().mapToInt(String::length).sum();
        if (sample.size() == SAMPLE || characters >= limits.maxRecordCharacters()) {
          break;
        }
      }
      if (sample.isEmpty()) {
        throw Unreadable.file("no_rows", "The file has nothing but blank lines; put rows into it.");
      }
      Numbered first = sample.peek();
      boolean named =
          Header.isIn(first.fields(), sample.stream().skip(1).map(Numbered::fields).toList());
      Header header = named ? Header.of(first.fields()) : Header.ofWidth(widest(sample));
      rows.begin(first.row());
      header.columns().forEach(column -> rows.column(column.name()));
      int names = named ? first.row() : 0;
      PlainTable.Stop stop = PlainTable.read(text, dialect, header, names, rows, limits);
      if (stop.row() == 0) {
        while (!sample.isEmpty()) {
          write(sample.poll(), names, header, rows);
        }
        writeAll(cursor, names, header, rows);
      } else {
        sample.clear();
        writeFrom(stop, text, dialect, names, header, rows);
      }
      return rows.reading(dialect.isTabs() ? "tsv" : "csv", names, header.columns());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void writeFrom(
      PlainTable.Stop stop, TextFile text, Dialect dialect, int names, Header header, Rows rows)
      throws IOException {
    BufferedReader in =
        new BufferedReader(new Ended(text.readerFrom(stop.offset()), dialect), 65536);
    try (CsvReader<CsvRecord> csv =
            dialect.reader().maxBufferSize(bufferSize()).build(handler(), in);
        CloseableIterator<CsvRecord> found = csv.iterator()) {
      writeAll(new Cursor(found, rows, dialect, stop.row()), names, header, rows);
    }
  }

  private void writeAll(Cursor cursor, int names, Header header, Rows rows) {
    for (Numbered next = cursor.next(); next != null; next = cursor.next()) {
      write(next, names, header, rows);
    }
  }

  private void write(Numbered read, int names, Header header, Rows rows) {
    if (read.row() == names) {
      return;
    }
    rows.begin(read.row());
    for (int i = 0; i < read.fields().size(); i++) {
      String text = read.fields().get(i);
      if (i < header.width()) {
        rows.put(header.name(i), text);
      } else if (!text.isBlank()) {
        throw rows.refuse(
            null,
            "too_many_fields",
            ("Row %d has %d fields where the first row has %d; put a text that contains the"
                    + " separator in quotation marks.")
                .formatted(read.row(), read.fields().size(), header.width()));
      }
    }
    rows.end();
  }

  private static int widest(Deque<Numbered> sample) {
    return sample.stream().mapToInt(row -> row.fields().size()).max().orElse(0);
  }

  /** The parser's own limits are there so that it stops early; ours say it better. */
  private CsvRecordHandler handler() {
    return CsvRecordHandler.builder()
        .maxFields(Math.max(limits.maxColumns() + 1, 2))
        .maxFieldSize(limits.maxRecordCharacters() + 1)
        .maxRecordSize(limits.maxRecordCharacters() + 2)
        .build();
  }

  private int bufferSize() {
    return Math.max(limits.maxRecordCharacters() + 1, 65536);
  }

  private record Numbered(int row, List<String> fields) {}

  /** The rows with anything in them, numbered as a spreadsheet shows them. */
  private final class Cursor {
    private final CloseableIterator<CsvRecord> found;
    private final Rows rows;
    private final Dialect dialect;
    private int row;

    Cursor(CloseableIterator<CsvRecord> found, Rows rows, Dialect dialect, int before) {
      this.row = before;
      this.found = found;
      this.rows = rows;
      this.dialect = dialect;
    }

    Numbered next() {
      try {
        while (found.hasNext()) {
          CsvRecord record = found.next();
          row++;
          if (Ended.isMark(record)) {
            return null;
          }
          if (Ended.isOpen(record, found.hasNext())) {
            rows.begin(row);
            throw unbalanced();
          }
          if (!isBlank(record)) {
            return new Numbered(row, record.getFields());
          }
        }
        return null;
      } catch (CsvParseException e) {
        rows.begin(++row);
        throw refusal(e);
      }
    }

    private static boolean isBlank(CsvRecord record) {
      for (int i = 0; i < record.getFieldCount(); i++) {
        if (!record.getField(i).isBlank()) {
          return false;
        }
      }
      return true;
    }

    private Unreadable refusal(CsvParseException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      if (why.contains("fields")) {
        return rows.refuse(
            null,
            "too_many_columns",
            "Row %,d has more than %,d fields; split the table."
                .formatted(row, limits.maxColumns()));
      }
      if (why.contains("size")) {
        return rows.refuse(
            null,
            "cell_too_long",
            ("Row %,d has more than %,d characters; split its text, or close the quotation mark"
                    + " that may be open there.")
                .formatted(row, limits.maxRecordCharacters()));
      }
      return unbalanced();
    }

    private Unreadable unbalanced() {
      return rows.refuse(
          null,
          "unbalanced_quotes",
          ("Row %,d has a quotation mark (%s) that does not pair: write one in a text twice, and"
                  + " close one that opens a text right before a separator.")
              .formatted(row, dialect.quote()));
    }
  }
}
