package io.tunemesh.ingest.workbook;

import javax.xml.stream.XMLStreamException;

/** Reads the XML of one sheet, whatever form its rows have. */
final class SheetXml {

  private final SheetCells cells;
  private final CellAttributes cell = new CellAttributes();
  private boolean inInline;
  private boolean inReading;
  private boolean collecting;
  private boolean formula;

  SheetXml(SheetCells cells) {
    this.cells = cells;
  }

  /** Reads all of {@code xml}, also what stands behind the rows, to know that it is whole. */
  void read(PartXml xml) throws XMLStreamException {
    boolean inData = false;
    for (int event = xml.next(); event != PartXml.DONE; event = xml.next()) {
      if (event == PartXml.TEXT) {
        if (collecting) {
          cells.append(xml);
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
      case "c" -> {
        cell.read(xml);
        cells.startCell(cell.column());
        formula = false;
      }
      case "v" -> collecting = true;
      case "t" -> collecting = inInline && !inReading;
      case "is" -> inInline = true;
      case "row" -> cells.startRow(number(xml.attribute("r")));
      case "f" -> formula = true;
      case "rPh" -> inReading = true;
      default -> {}
    }
  }

  private void end(String name) {
    switch (name) {
      case "c" -> cells.endCell(cell.type(), cell.style(), formula);
      case "v", "t" -> collecting = false;
      case "is" -> inInline = false;
      case "row" -> cells.endRow();
      case "rPh" -> inReading = false;
      default -> {}
    }
  }

  private int number(String reference) {
    try {
      return reference == null ? cells.nextRow() : Integer.parseInt(reference);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
