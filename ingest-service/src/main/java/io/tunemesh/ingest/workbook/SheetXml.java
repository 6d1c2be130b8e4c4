package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import javax.xml.stream.XMLStreamException;

/**
 * Reads the XML of one sheet and hands on each row that has anything, with the text of its cells as
 * the sheet shows it.
 */
final class SheetXml {

  private static final int MAX_ROW = 1_048_576;

  private final String sheet;
  private final int maxColumns;
  private final int maxCellCharacters;
  private final SharedTexts texts;
  private final NumberFormats formats;
  private final SheetTable table;

  private final Row cells = new Row();
  private final CellAttributes cell = new CellAttributes();
  private final Pieces pieces;
  private boolean inInline;
  private boolean inReading;
  private boolean collecting;
  private int row;
  private int column;
  private long charactersOfRow;
  private boolean formula;

  SheetXml(
      String sheet,
      WorkbookConfig config,
      SharedTexts texts,
      NumberFormats formats,
      SheetTable table) {
    this.sheet = sheet;
    this.maxColumns = config.maxColumns();
    this.maxCellCharacters = config.maxCellCharacters();
    this.pieces = new Pieces(maxCellCharacters);
    this.texts = texts;
    this.formats = formats;
    this.table = table;
  }

  /** Reads all of {@code xml}, also what stands behind the rows, to know that it is whole. */
  void read(PartXml xml) throws XMLStreamException {
    boolean inData = false;
    for (int event = xml.next(); event != PartXml.DONE; event = xml.next()) {
      if (event == PartXml.TEXT) {
        if (collecting) {
          collect(xml);
        }
      } else if (xml.name().equals("sheetData")) {
        inData = event == PartXml.START;
      } else if (inData && event == PartXml.START) {
        start(xml);
      } else if (inData) {
        end(xml.name());
      }
    }
  }

  private void start(PartXml xml) throws XMLStreamException {
    switch (xml.name()) {
      case "c" -> startCell(xml);
      case "v" -> collecting = true;
      case "t" -> collecting = inInline && !inReading;
      case "is" -> inInline = true;
      case "row" -> startRow(xml.attribute("r"));
      case "f" -> formula = true;
      case "rPh" -> inReading = true;
      default -> {}
    }
  }

  private void end(String name) {
    switch (name) {
      case "c" -> endCell();
      case "v", "t" -> collecting = false;
      case "is" -> inInline = false;
      case "row" -> {
        if (cells.size() > 0) {
          table.row(cells);
        }
      }
      case "rPh" -> inReading = false;
      default -> {}
    }
  }

  private void collect(PartXml xml) {
    if (!pieces.add(xml)) {
      throw unreadable(
          "cell_too_long",
          "The cell has more than %,d characters; shorten it.".formatted(maxCellCharacters));
    }
  }

  private void startRow(String reference) {
    int number = row + 1;
    try {
      number = reference == null ? row + 1 : Integer.parseInt(reference);
    } catch (NumberFormatException e) {
      number = -1;
    }
    column = -1;
    if (number <= row || number > MAX_ROW) {
      throw unreadable("damaged", "The rows after this one are not in order; save the file anew.");
    }
    row = number;
    charactersOfRow = 0;
    cells.start(number);
  }

  private void startCell(PartXml xml) throws XMLStreamException {
    cell.read(xml);
    int found = cell.column() == CellAttributes.NONE ? column + 1 : cell.column();
    if (found <= column || found > Letters.MAX_COLUMN) {
      throw unreadable(
          "damaged",
          "The cells of this row have no place, or are not in order; save the file anew.");
    }
    column = found;
    formula = false;
    pieces.clear();
  }

  private void endCell() {
    String text = text();
    if (text.isEmpty()) {
      return;
    }
    if (column >= maxColumns) {
      throw unreadable(
          "too_many_columns",
          "The sheet has cells beyond column %s; remove them."
              .formatted(Letters.of(maxColumns - 1)));
    }
    charactersOfRow += text.length();
    if (charactersOfRow > 4L * maxCellCharacters) {
      throw unreadable("too_large", "The row holds more text than one may; shorten its cells.");
    }
    cells.add(column, text);
  }

  private String text() {
    String found = pieces.text();
    return switch (cell.type()) {
      case SHARED -> shared(found);
      case TEXT -> CellText.decode(found);
      case BOOLEAN -> found.isBlank() ? "" : found.strip().matches("1|true") ? "TRUE" : "FALSE";
      case NUMBER -> number(found);
      case OTHER -> found;
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
      return formats.show(found, cell.style());
    } catch (NumberFormatException e) {
      throw unreadable("damaged", "The cell says that it is a number and is none; save it anew.");
    }
  }

  private Unreadable unreadable(String code, String reason) {
    return Unreadable.at(sheet, row, column < 0 ? null : Letters.of(column), code, reason);
  }
}
