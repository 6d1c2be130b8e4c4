package io.tunemesh.ingest.workbook;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Cells;
import io.tunemesh.ingest.record.RecordWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rows of one sheet as records. The header is the first of its first rows that has at least two
 * different texts, so that titles above it are passed over, and more of them than any row above it
 * in which one is too long for a name. A column without a header is called by its letter, and of
 * two headers of the same text the second gets a number, so that no cell below the header is lost.
 *
 * <p>A sheet without a header goes on where another sheet ended, or has a single column. It is read
 * a second time without one, so that no row of it is lost unnoticed.
 */
final class SheetTable {

  private static final int MAX_NAME = 255;

  private final String sheet;
  private final int headerWithin;
  private final RecordWriter records;
  private SerializedString[] names = new SerializedString[16];
  private final Set<String> taken = new HashSet<>();

  /** The texts of the widest row so far that is no header; a row that is no wider goes on there. */
  private int unnamed = 1;

  private int seen;
  private int headerRow;
  private long rows;

  /**
   * @param headerWithin so many rows are looked at for a header; where it is 0, every row is taken,
   *     its cells by the letters of their columns
   */
  SheetTable(String sheet, int headerWithin, RecordWriter records) {
    this.sheet = sheet;
    this.headerWithin = headerWithin;
    this.records = records;
  }

  /** Takes the next row, which has at least one cell. */
  void row(Row cells) {
    if (cells.isBlank()) {
      return;
    }
    seen++;
    if (headerRow > 0 || headerWithin == 0) {
      write(cells);
    } else if (seen <= headerWithin && isHeader(cells)) {
      headerRow = cells.number();
      for (int i = 0; i < cells.size(); i++) {
        name(cells.column(i), CellText.strip(cells.text(i)));
      }
    }
  }

  /** The sheet has rows, and none of the first can be a header. */
  boolean lacksHeader() {
    return headerRow == 0 && seen > 0;
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
        columns.add(new UploadParsed.Column(names[column].getValue(), Letters.of(column)));
      }
    }
    return new UploadParsed.Sheet(sheet, headerRow, columns, rows);
  }

  private void write(Row cells) {
    for (int i = 0; i < cells.size(); i++) {
      int column = cells.column(i);
      if (column >= names.length || names[column] == null) {
        name(column, "");
      }
    }
    records.write(sheet, cells.number(), new Named(cells));
    rows++;
  }

  /** The cells of a row by the names of their columns. */
  private final class Named implements Cells {
    private final Row cells;

    Named(Row cells) {
      this.cells = cells;
    }

    @Override
    public long characters() {
      long characters = 0;
      for (int i = 0; i < cells.size(); i++) {
        characters += names[cells.column(i)].charLength() + cells.length(i);
      }
      return characters;
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      for (int i = 0; i < cells.size(); i++) {
        json.writeFieldName(names[cells.column(i)]);
        cells.write(i, json);
      }
    }
  }

  private void name(int column, String header) {
    String wanted = header.isEmpty() ? Letters.of(column) : header;
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + " (" + i + ")";
    }
    if (column >= names.length) {
      names = Arrays.copyOf(names, Math.max(column + 1, 2 * names.length));
    }
    names[column] = new SerializedString(name);
  }

  private boolean isHeader(Row cells) {
    Set<String> different = new HashSet<>();
    boolean named = true;
    for (int i = 0; i < cells.size(); i++) {
      named &= cells.length(i) <= MAX_NAME;
      different.add(CellText.strip(cells.text(i)));
    }
    different.remove("");
    if (!named) {
      unnamed = Math.max(unnamed, different.size());
    }
    return named && different.size() > unnamed;
  }
}
