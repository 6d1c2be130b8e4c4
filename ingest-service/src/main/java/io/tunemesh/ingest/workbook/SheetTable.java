package io.tunemesh.ingest.workbook;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.RecordWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of one sheet as records. The header is the first of its first rows that has at least two
 * different texts, so that titles above it are passed over. A column without a header is called by
 * its letter, and of two headers of the same text the second gets a number, so that no cell below
 * the header is lost.
 */
final class SheetTable {

  private static final int MAX_NAME = 255;

  private final String sheet;
  private final int headerWithin;
  private final RecordWriter records;
  private String[] names = new String[16];
  private final Set<String> taken = new HashSet<>();
  private int seen;
  private int headerRow;
  private long rows;

  SheetTable(String sheet, int headerWithin, RecordWriter records) {
    this.sheet = sheet;
    this.headerWithin = headerWithin;
    this.records = records;
  }

  /** Takes the next row, which has at least one cell. */
  void row(Row cells) {
    if (isBlank(cells)) {
      return;
    }
    seen++;
    if (headerRow > 0) {
      write(cells);
    } else if (seen <= headerWithin && isHeader(cells)) {
      headerRow = cells.number();
      for (int i = 0; i < cells.size(); i++) {
        name(cells.column(i), strip(cells.text(i)));
      }
    }
  }

  /** The sheet has something in it, and no row of it can be a header. */
  boolean lacksHeader() {
    return seen > 0 && headerRow == 0;
  }

  /** The sheet has nothing in it. */
  boolean isEmpty() {
    return seen == 0;
  }

  /** What the sheet was found to be; its header row is 0 where it has none. */
  UploadParsed.Sheet found() {
    List<UploadParsed.Column> columns = new ArrayList<>();
    for (int column = 0; column < names.length; column++) {
      if (names[column] != null) {
        columns.add(new UploadParsed.Column(names[column], Letters.of(column)));
      }
    }
    return new UploadParsed.Sheet(sheet, headerRow, columns, rows);
  }

  private void write(Row cells) {
    Map<String, String> values = LinkedHashMap.newLinkedHashMap(cells.size());
    for (int i = 0; i < cells.size(); i++) {
      int column = cells.column(i);
      String name = column < names.length ? names[column] : null;
      values.put(name == null ? name(column, "") : name, cells.text(i));
    }
    records.write(new SourceRecord(sheet, cells.number(), values));
    rows++;
  }

  private String name(int column, String header) {
    String wanted = header.isEmpty() ? Letters.of(column) : header;
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + " (" + i + ")";
    }
    if (column >= names.length) {
      names = Arrays.copyOf(names, Math.max(column + 1, 2 * names.length));
    }
    names[column] = name;
    return name;
  }

  private static boolean isHeader(Row cells) {
    Set<String> different = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      if (cells.text(i).length() > MAX_NAME) {
        return false;
      }
      different.add(strip(cells.text(i)));
    }
    different.remove("");
    return different.size() >= 2;
  }

  private static boolean isBlank(Row cells) {
    for (int i = 0; i < cells.size(); i++) {
      if (!strip(cells.text(i)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * Also the spaces that do not break and the mark at a text's start, which Java does not count.
   */
  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\ufeff';
  }
}
