package io.tunemesh.ingest.table;

import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;

/**
 * Takes the rows of delimited text from its bytes, as long as they are in the form that programs
 * write: each field plain, or whole in quotation marks. It is no parser and refuses nothing: the
 * first row of another form, and all behind it, are left to one. What it takes becomes the same
 * records.
 */
final class PlainTable {

  private static final int ODD = -1;
  private static final int MORE = -2;

  private final Header header;
  private final Rows rows;
  private final byte separator;
  private final boolean quoted;
  private final int longest;
  private final PlainCell cell = new PlainCell();

  private PlainTable(Dialect dialect, Header header, Rows rows, ReaderConfig limits) {
    this.header = header;
    this.rows = rows;
    this.separator = (byte) dialect.separator();
    this.quoted = dialect.quote() == '"';
    this.longest = Math.min(limits.maxCellCharacters(), limits.maxRecordCharacters());
  }

  /**
   * Where a parser goes on.
   *
   * @param offset bytes of the text before it
   * @param row how many rows are before it, as a spreadsheet counts them
   */
  record Stop(long offset, int row) {}

  /**
   * Writes the rows up to the first of another form.
   *
   * @param names the row with the names of the columns, which is no record; 0 if there is none
   */
  static Stop read(
      TextFile text, Dialect dialect, Header header, int names, Rows rows, ReaderConfig limits)
      throws IOException {
    boolean usual =
        text.isUtf8()
            && !dialect.declared()
            && (dialect.quote() == '"' || dialect.quote() == Dialect.NONE)
            && (dialect.separator() > ' ' || dialect.isTabs())
            && dialect.separator() < 0x7f
            && dialect.separator() != '\\'
            && dialect.separator() != '"';
    return usual ? new PlainTable(dialect, header, rows, limits).read(text, names) : new Stop(0, 0);
  }

  private Stop read(TextFile text, int names) throws IOException {
    int row = 0;
    try (PlainWindow window = new PlainWindow(text)) {
      while (true) {
        rows.begin(row + 1);
        int next = row(window);
        if (next == ODD || next == MORE && !window.more()) {
          return new Stop(window.offset(), row);
        }
        if (next == MORE) {
          continue;
        }
        row++;
        if (cell.isSolid() && row != names) {
          rows.end();
        }
        window.begin(next);
      }
    }
  }

  /** Where the next row begins; {@link #ODD}; or {@link #MORE} if this one has no end yet. */
  private int row(PlainWindow window) {
    byte[] bytes = window.bytes();
    int end = window.end();
    int i = window.begin();
    cell.row();
    for (int column = 0; column < header.width(); column++) {
      if (i == end) {
        return MORE;
      }
      cell.begin();
      i = quoted && bytes[i] == '"' ? quotedField(bytes, i + 1, end) : field(bytes, i, end);
      if (i < 0 || i - window.begin() > longest) {
        return i == MORE ? MORE : ODD;
      }
      cell.put(rows, header.name(column));
      if (bytes[i] != separator) {
        return lineEnd(bytes, i, end);
      }
      i++;
    }
    return ODD;
  }

  /** The end of a field that begins at {@code i}: a separator or the line's end. */
  private int field(byte[] bytes, int i, int end) {
    int piece = i;
    while (true) {
      long found = PlainBytes.special(bytes, piece, end, separator);
      int at = PlainBytes.place(found);
      cell.add(bytes, piece, at, PlainBytes.characters(found, piece));
      if (at == end) {
        return MORE;
      }
      byte b = bytes[at];
      if (b == separator || b == '\n' || b == '\r') {
        return at;
      }
      if (b == '"' && quoted) {
        return ODD;
      }
      piece = escaped(bytes, at, end);
      if (piece < 0) {
        return piece;
      }
    }
  }

  /** The same of a field whose text begins at {@code i}, behind a quotation mark. */
  private int quotedField(byte[] bytes, int i, int end) {
    int piece = i;
    while (true) {
      long found = PlainBytes.special(bytes, piece, end, (byte) '"');
      int at = PlainBytes.place(found);
      cell.add(bytes, piece, at, PlainBytes.characters(found, piece));
      if (at + 1 >= end) {
        return MORE;
      }
      byte b = bytes[at];
      if (b == '"' && bytes[at + 1] != '"') {
        byte behind = bytes[at + 1];
        return behind == separator || behind == '\n' || behind == '\r' ? at + 1 : ODD;
      }
      piece = escaped(bytes, b == '"' ? at + 1 : at, end);
      if (piece < 0) {
        return piece;
      }
    }
  }

  /** Where the text goes on behind a character that records write in another way. */
  private int escaped(byte[] bytes, int at, int end) {
    if (PlainBytes.isFirstOfFour(bytes[at])) {
      if (at + 4 > end) {
        return MORE;
      }
      cell.addPair(bytes, at);
      return at + 4;
    }
    return cell.escape(bytes[at]) ? at + 1 : ODD;
  }

  private static int lineEnd(byte[] bytes, int i, int end) {
    if (bytes[i] == '\n') {
      return i + 1;
    }
    if (i + 1 == end) {
      return MORE;
    }
    return bytes[i + 1] == '\n' ? i + 2 : ODD;
  }
}
