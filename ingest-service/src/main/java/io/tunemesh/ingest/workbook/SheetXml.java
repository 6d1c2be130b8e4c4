package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads the XML of one sheet and hands on each row that has anything, with the text of its cells as
 * the sheet shows it.
 */
final class SheetXml extends DefaultHandler {

  /** Takes the rows in order. */
  interface Rows {
    /**
     * @param number counts from 1
     * @param cells text by column; never empty, nor is a text
     */
    void row(int number, SortedMap<Integer, String> cells);
  }

  private static final int MAX_ROW = 1_048_576;

  private final String sheet;
  private final WorkbookConfig config;
  private final SharedTexts texts;
  private final NumberFormats formats;
  private final Rows rows;

  private final StringBuilder raw = new StringBuilder();
  private SortedMap<Integer, String> cells = new TreeMap<>();
  private boolean inData;
  private boolean inInline;
  private boolean inReading;
  private boolean collecting;
  private int row;
  private int column;
  private long charactersOfRow;
  private String type;
  private int style;
  private boolean formula;

  SheetXml(
      String sheet, WorkbookConfig config, SharedTexts texts, NumberFormats formats, Rows rows) {
    this.sheet = sheet;
    this.config = config;
    this.texts = texts;
    this.formats = formats;
    this.rows = rows;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    if (!inData) {
      inData = name.equals("sheetData");
      return;
    }
    switch (name) {
      case "row" -> startRow(attributes.getValue("r"));
      case "c" -> startCell(attributes);
      case "f" -> formula = true;
      case "v" -> collecting = true;
      case "is" -> inInline = true;
      case "rPh" -> inReading = true;
      case "t" -> collecting = inInline && !inReading;
      default -> {}
    }
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    if (collecting) {
      if (raw.length() + length > config.maxCellCharacters()) {
        throw unreadable(
            "cell_too_long",
            "The cell has more than %,d characters; shorten it."
                .formatted(config.maxCellCharacters()));
      }
      raw.append(characters, start, length);
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    switch (name) {
      case "sheetData" -> inData = false;
      case "row" -> endRow();
      case "c" -> endCell();
      case "v", "t" -> collecting = false;
      case "is" -> inInline = false;
      case "rPh" -> inReading = false;
      default -> {}
    }
  }

  private void startRow(String reference) {
    int number = row + 1;
    try {
      number = reference == null ? row + 1 : Integer.parseInt(reference);
    } catch (NumberFormatException e) {
      number = -1;
    }
    if (number <= row || number > MAX_ROW) {
      column = -1;
      throw unreadable("damaged", "The rows after this one are not in order; save the file anew.");
    }
    row = number;
    column = -1;
    charactersOfRow = 0;
    cells = new TreeMap<>();
  }

  private void startCell(Attributes attributes) {
    String reference = attributes.getValue("r");
    int found = reference == null ? column + 1 : Letters.column(reference);
    if (found < 0) {
      throw unreadable("damaged", "A cell of this row has no place; save the file anew.");
    }
    column = found;
    type = attributes.getValue("t");
    style = style(attributes.getValue("s"));
    formula = false;
    raw.setLength(0);
  }

  private void endCell() {
    if (!inData) {
      return;
    }
    String text = text();
    if (text.isEmpty()) {
      return;
    }
    if (column >= config.maxColumns()) {
      throw unreadable(
          "too_many_columns",
          "The sheet has cells beyond column %s; remove them."
              .formatted(Letters.of(config.maxColumns() - 1)));
    }
    charactersOfRow += text.length();
    if (charactersOfRow > 4L * config.maxCellCharacters()) {
      throw unreadable("too_large", "The row holds more text than one may; shorten its cells.");
    }
    cells.put(column, text);
  }

  private void endRow() {
    if (inData && !cells.isEmpty()) {
      rows.row(row, cells);
    }
  }

  private String text() {
    String found = raw.toString();
    return switch (type == null ? "n" : type) {
      case "s" -> shared(found);
      case "str", "inlineStr" -> CellText.decode(found);
      case "b" -> found.isBlank() ? "" : found.strip().matches("1|true") ? "TRUE" : "FALSE";
      case "n" -> number(found);
      default -> found;
    };
  }

  private String shared(String number) {
    if (number.isBlank()) {
      return "";
    }
    String text = null;
    try {
      text = texts.get(Integer.parseInt(number.strip()));
    } catch (NumberFormatException e) {
      // falls through to the refusal
    }
    if (text == null) {
      throw unreadable(
          "damaged", "The cell names a text that the workbook does not hold; save the file anew.");
    }
    return text;
  }

  private String number(String found) {
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

  private static int style(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private Unreadable unreadable(String code, String reason) {
    return Unreadable.at(sheet, row, column < 0 ? null : Letters.of(column), code, reason);
  }
}
