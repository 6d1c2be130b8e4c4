package io.tunemesh.ingest.table;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A text with a row behind its end that no text can hold, a U+0000. The parser closes a quotation
 * mark at the end that the text left open; this row, found inside the last field, gives it away.
 */
final class Ended extends FilterReader {

  private static final String MARK = "\n\0";

  private final boolean marked;
  private int given;

  Ended(Reader text, Dialect dialect) {
    super(text);
    this.marked = dialect.quote() != Dialect.NONE;
  }

  /** The row behind the end. */
  static boolean isMark(CsvRecord record) {
    return record.getFieldCount() == 1 && record.getField(0).equals("\0");
  }

  /** The last row has swallowed the mark. */
  static boolean isOpen(CsvRecord record, boolean hasNext) {
    return !hasNext && record.getField(record.getFieldCount() - 1).endsWith(MARK);
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int read = given > 0 ? -1 : super.read(buffer, offset, length);
    if (read >= 0 || !marked || given == MARK.length() || length == 0) {
      return read;
    }
    buffer[offset] = MARK.charAt(given++);
    return 1;
  }
}
