package io.tunemesh.ingest.workbook;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.RecordWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of one sheet as records. The header is the first of its first rows that has at least two
 * different texts, so that titles above it are passed over. A column without a header is called by
 * its letter, and of two headers of the same text the second gets a number, so that no cell below
 * the header is lost.
 */
final class SheetTable implements SheetXml.Rows {

  private static final int MAX_NAME = 255;

  private final String sheet;
  private final int headerWithin;
  private final Budget budget;
  private final RecordWriter records;
  private final SortedMap<Integer, String> names = new TreeMap<>();
  private final Set<String> taken = new HashSet<>();
  private int seen;
  private int headerRow;
  private long rows;

  SheetTable(String sheet, int headerWithin, Budget budget, RecordWriter records) {
    this.sheet = sheet;
    this.headerWithin = headerWithin;
    this.budget = budget;
    this.records = records;
  }

  @Override
  public void row(int number, SortedMap<Integer, String> cells) {
    budget.checkTime();
    if (cells.values().stream().allMatch(SheetTable::isBlank)) {
      return;
    }
    seen++;
    if (headerRow > 0) {
      write(number, cells);
    } else if (seen <= headerWithin && isHeader(cells)) {
      headerRow = number;
      cells.forEach((column, text) -> name(column, strip(text)));
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
    names.forEach((column, name) -> columns.add(new UploadParsed.Column(name, Letters.of(column))));
    return new UploadParsed.Sheet(sheet, headerRow, columns, rows);
  }

  private void write(int number, SortedMap<Integer, String> cells) {
    Map<String, String> values = new LinkedHashMap<>();
    cells.forEach(
        (column, text) -> {
          String name = names.get(column);
          values.put(name == null ? name(column, "") : name, text);
        });
    records.write(new SourceRecord(sheet, number, values));
    rows++;
  }

  private String name(int column, String header) {
    String wanted = header.isEmpty() ? Letters.of(column) : header;
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + " (" + i + ")";
    }
    names.put(column, name);
    return name;
  }

  private static boolean isHeader(SortedMap<Integer, String> cells) {
    return cells.values().stream().allMatch(text -> text.length() <= MAX_NAME)
        && cells.values().stream()
                .map(SheetTable::strip)
                .filter(text -> !text.isEmpty())
                .distinct()
                .limit(2)
                .count()
            == 2;
  }

  private static boolean isBlank(String text) {
    return text.codePoints().allMatch(SheetTable::isSpace);
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
