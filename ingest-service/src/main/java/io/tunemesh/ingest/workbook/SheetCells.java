package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;

/**
 * The rows of one sheet as its XML tells them, cell by cell, with the text that the sheet shows.
 * Rows and cells that are not in order, or are more or longer than may be, are refused.
 */
final class SheetCells {

  private static final int MAX_ROW = 1_048_576;

  private final String sheet;
  private final int maxColumns;
  private final int maxCellCharacters;
  private final SharedTexts texts;
  private final NumberFormats formats;
  private final SheetTable table;
  private final Row cells = new Row();
  private int before;
  private int row;
  private int column;
  private long charactersOfRow;

  SheetCells(
      String sheet,
      WorkbookConfig config,
      SharedTexts texts,
      NumberFormats formats,
      SheetTable table) {
    this.sheet = sheet;
    this.maxColumns = config.maxColumns();
    this.maxCellCharacters = config.maxCellCharacters();
    this.texts = texts;
    this.formats = formats;
    this.table = table;
  }

  /** The row after the last. */
  int nextRow() {
    return row + 1;
  }

  /** Begins a row. */
  void startRow(int number) {
    column = -1;
    if (number <= row || number > MAX_ROW) {
      throw unreadable("damaged", "The rows after this one are not in order; save the file anew.");
    }
    before = row;
    row = number;
    charactersOfRow = 0;
    cells.start(number);
  }

  /** Forgets the row that was begun last. */
  void forgetRow() {
    row = before;
  }

  /** Hands on the row, if it has anything. */
  void endRow() {
    if (cells.size() > 0) {
      table.row(cells);
    }
  }

  /**
   * Begins a cell.
   *
   * @param found its column, or {@link CellAttributes#NONE} for the next
   */
  void startCell(int found) {
    int place = found == CellAttributes.NONE ? column + 1 : found;
    if (place <= column || place > Letters.MAX_COLUMN) {
      throw unreadable(
          "damaged",
          "The cells of this row have no place, or are not in order; save the file anew.");
    }
    column = place;
    cells.begin();
  }

  /** Adds to the cell's text the piece at which {@code xml} is. */
  void append(PartXml xml) {
    requireLength((long) cells.length() + xml.length());
    cells.append(xml);
  }

  /** Gives the cell a text. */
  void become(String text) {
    requireLength(text.length());
    cells.become(text);
  }

  /** Ends a cell of text that names no other characters. */
  void endText(PlainText text) {
    int length = text.characters();
    requireLength(length);
    if (length > 0) {
      requirePlace(length);
      byte[] quoted = text.quoted();
      if (quoted == null) {
        cells.addJson(column, length, text.isBlank(), text.bytes(), text.start(), text.size());
      } else {
        cells.addJson(column, length, text.isBlank(), quoted, 0, quoted.length);
      }
    }
  }

  /**
   * Ends a cell.
   *
   * @param formula a formula stands in it
   */
  void endCell(CellAttributes.Type type, int style, boolean formula) {
    switch (type) {
      case SHARED -> addShared();
      case TEXT -> {
        if (cells.mayHaveEscape()) {
          String text = CellText.decode(cells.text());
          if (text.indexOf('\0') >= 0) {
            throw unreadable("nul", CellText.NUL);
          }
          cells.become(text);
        }
        add();
      }
      case BOOLEAN -> {
        String found = cells.text();
        cells.become(found.isBlank() ? "" : found.strip().matches("1|true") ? "TRUE" : "FALSE");
        add();
      }
      case NUMBER -> {
        cells.become(number(cells.text(), style, formula));
        add();
      }
      default -> add();
    }
  }

  private void add() {
    if (cells.length() > 0) {
      requirePlace(cells.length());
      cells.add(column);
    }
  }

  private void addShared() {
    String number = cells.text();
    if (number.isBlank()) {
      return;
    }
    int named = -1;
    try {
      named = Integer.parseInt(number.strip());
    } catch (NumberFormatException e) {
      // falls through to the refusal
    }
    endShared(named);
  }

  /** Ends a cell of the shared text of that number, if there is one. */
  void endShared(int number) {
    int found = texts.find(number);
    if (found < 0) {
      throw unreadable(
          "damaged", "The cell names a text that the workbook does not hold; save the file anew.");
    }
    if (found > 0) {
      requirePlace(found);
      texts.addTo(cells, column);
    }
  }

  private String number(String found, int style, boolean formula) {
    if (found.isBlank()) {
      if (formula) {
        throw unreadable(
            "formula_without_result",
            "The cell has a formula whose result is not stored; open the workbook in Excel or"
                + " LibreOffice, save it, and upload it again.");
      }
      return "";
    }
    try {
      return formats.show(found, style);
    } catch (NumberFormatException e) {
      throw unreadable("damaged", "The cell says that it is a number and is none; save it anew.");
    }
  }

  private void requireLength(long length) {
    if (length > maxCellCharacters) {
      throw unreadable(
          "cell_too_long",
          "The cell has more than %,d characters; shorten it.".formatted(maxCellCharacters));
    }
  }

  private void requirePlace(int length) {
    if (column >= maxColumns) {
      throw unreadable(
          "too_many_columns",
          "The sheet has cells beyond column %s; remove them."
              .formatted(Letters.of(maxColumns - 1)));
    }
    charactersOfRow += length;
    if (charactersOfRow > 4L * maxCellCharacters) {
      throw unreadable("too_large", "The row holds more text than one may; shorten its cells.");
    }
  }

  private Unreadable unreadable(String code, String reason) {
    return Unreadable.at(sheet, row, column < 0 ? null : Letters.of(column), code, reason);
  }
}
