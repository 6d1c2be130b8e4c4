package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.workbook.PlainXml.ascii;

import io.tunemesh.ingest.workbook.CellAttributes.Type;
import java.io.IOException;

/**
 * Takes the rows of a sheet that have the form in which programs write them: cells with a place, a
 * type and a style, and in each one value or one text. Stops before the first row of another form,
 * or of one that is damaged, which {@link SheetXml} then reads with all that follow.
 */
final class PlainRows {

  private static final byte[] ROW = ascii("<row r=\"");
  private static final byte[] CELL = ascii("<c");
  private static final byte[] VALUE = ascii("<v>");
  private static final byte[] VALUE_END = ascii("</v></c>");
  private static final byte[] TEXT = ascii("<is><t");
  private static final byte[] TEXT_END = ascii("</t></is></c>");
  private static final byte[] CELL_END = ascii("</c>");
  private static final byte[] ROW_END = ascii("</row>");
  private static final byte[] EMPTY_END = ascii("/>");
  private static final byte[] QUOTE = ascii("\"");
  private static final byte[] TAG_END = ascii(">");
  private static final byte[] PLACE = ascii("r=\"");
  private static final byte[] STYLE = ascii("s=\"");
  private static final byte[] TYPE = ascii("t=\"");

  /** How a row looks, in the order of the standard: ECMA-376 part 1, 18.3.1.73. */
  private static final byte[][] LOOKS = {
    ascii("spans=\""),
    STYLE,
    ascii("customFormat=\""),
    ascii("ht=\""),
    ascii("hidden=\""),
    ascii("customHeight=\""),
    ascii("outlineLevel=\""),
    ascii("collapsed=\""),
    ascii("thickTop=\""),
    ascii("thickBot=\""),
    ascii("x14ac:dyDescent=\"")
  };

  private static final byte[] SHARED = ascii("s\"");
  private static final byte[] FORMULA_TEXT = ascii("str\"");
  private static final byte[] OWN_TEXT = ascii("inlineStr\"");
  private static final byte[] ANY_NUMBER = ascii("n\"");
  private static final byte[] BOOLEAN = ascii("b\"");

  private final SheetCells cells;
  private int knownLooks;
  private int column;
  private int style;
  private Type type;

  PlainRows(SheetCells cells) {
    this.cells = cells;
  }

  /** Takes rows while they are plain. */
  void read(PlainXml xml) throws IOException {
    if (!xml.skipHead("<sheetData>", "</sheetData></worksheet>")) {
      return;
    }
    knownLooks = LOOKS.length - (xml.isInHead("xmlns:x14ac=") ? 0 : 1);
    while (true) {
      xml.skipSpace();
      xml.mark();
      if (row(xml)) {
        cells.endRow();
      } else if (!xml.more()) {
        return;
      }
    }
  }

  private boolean row(PlainXml xml) {
    if (!xml.take(ROW)) {
      return false;
    }
    int number = xml.takeNumber();
    if (number < 0 || !xml.take(QUOTE) || !looks(xml)) {
      return false;
    }
    cells.startRow(number);
    if (cells(xml)) {
      return true;
    }
    cells.forgetRow();
    return false;
  }

  /** Passes over how a row looks, and over the end of its tag. */
  private boolean looks(PlainXml xml) {
    int next = 0;
    while (xml.isNext(' ')) {
      xml.take();
      while (next < knownLooks && !xml.take(LOOKS[next])) {
        next++;
      }
      if (next++ == knownLooks) {
        return false;
      }
      while (!xml.isNext('"')) {
        int c = xml.take();
        if ((c < '0' || c > '9') && c != ':' && c != '.') {
          return xml.isUnknown();
        }
      }
      xml.take();
    }
    return xml.take(TAG_END);
  }

  private boolean cells(PlainXml xml) {
    xml.skipSpace();
    while (xml.take(CELL)) {
      if (!attributes(xml) || !cell(xml)) {
        return false;
      }
      xml.skipSpace();
    }
    return xml.take(ROW_END);
  }

  private boolean attributes(PlainXml xml) {
    column = CellAttributes.NONE;
    style = 0;
    type = null;
    boolean styled = false;
    while (xml.isNext(' ')) {
      xml.take();
      if (column == CellAttributes.NONE && xml.take(PLACE)) {
        if (!place(xml)) {
          return false;
        }
      } else if (!styled && xml.take(STYLE)) {
        styled = true;
        style = xml.takeNumber();
        if (style < 0 || !xml.take(QUOTE)) {
          return false;
        }
      } else if (type != null || !xml.take(TYPE) || !type(xml)) {
        return false;
      }
    }
    type = type == null ? Type.NUMBER : type;
    return true;
  }

  private boolean place(PlainXml xml) {
    int found = 0;
    int letters = 0;
    for (; xml.isLetter() && letters <= Letters.MAX_LENGTH; letters++) {
      found = found * 26 + xml.take() - 'A' + 1;
    }
    column = letters > Letters.MAX_LENGTH ? CellAttributes.NOWHERE : found - 1;
    return found > 0 && xml.takeNumber() >= 0 && xml.take(QUOTE);
  }

  /** Takes a cell's type: ECMA-376 part 1, 18.18.11 ST_CellType. */
  private boolean type(PlainXml xml) {
    if (xml.take(SHARED)) {
      type = Type.SHARED;
    } else if (xml.take(OWN_TEXT) || xml.take(FORMULA_TEXT)) {
      type = Type.TEXT;
    } else if (xml.take(ANY_NUMBER)) {
      type = Type.NUMBER;
    } else if (xml.take(BOOLEAN)) {
      type = Type.BOOLEAN;
    }
    return type != null;
  }

  private boolean cell(PlainXml xml) {
    if (xml.isNext('/')) {
      if (!xml.take(EMPTY_END)) {
        return false;
      }
      cells.startCell(column);
      cells.endCell(type, style, false);
      return true;
    }
    if (!xml.take(TAG_END)) {
      return false;
    }
    cells.startCell(column);
    if (xml.take(VALUE)) {
      return xml.takeText() && ends(xml, VALUE_END);
    }
    if (xml.take(TEXT)) {
      return xml.takeTextTag() && xml.takeText() && ends(xml, TEXT_END);
    }
    if (!xml.take(CELL_END)) {
      return false;
    }
    cells.endCell(type, style, false);
    return true;
  }

  private boolean ends(PlainXml xml, byte[] tags) {
    if (!xml.take(tags)) {
      return false;
    }
    if (type == Type.TEXT && !xml.text().hasNames()) {
      cells.endText(xml.text());
      return true;
    }
    if (type == Type.SHARED && xml.text().number() >= 0) {
      cells.endShared(xml.text().number());
      return true;
    }
    String text = xml.text().string();
    if (text == null) {
      return xml.isUnknown();
    }
    cells.become(text);
    cells.endCell(type, style, false);
    return true;
  }
}
