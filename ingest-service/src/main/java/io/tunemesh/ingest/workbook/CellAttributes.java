package io.tunemesh.ingest.workbook;

import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.typed.TypedValueDecoder;

/** What the tag of a cell says, read where it stands: a large sheet has millions of them. */
final class CellAttributes extends TypedValueDecoder {

  /** What a cell holds: ECMA-376 part 1, 18.18.11 ST_CellType. */
  enum Type {
    SHARED,
    TEXT,
    BOOLEAN,
    NUMBER,
    OTHER
  }

  /** The tag names no column. */
  static final int NONE = -1;

  /** The tag names a column that no sheet has. */
  static final int NOWHERE = Integer.MAX_VALUE;

  private char[] value = new char[0];
  private int start;
  private int end;
  private int column;
  private int style;
  private Type type;

  /** Takes in the tag at which {@code xml} is. */
  void read(PartXml xml) throws XMLStreamException {
    column = NONE;
    style = 0;
    type = Type.NUMBER;
    for (int i = 0; i < xml.attributes(); i++) {
      if (xml.isAttribute(i, "r")) {
        xml.decode(i, this);
        column = place();
      } else if (xml.isAttribute(i, "t")) {
        xml.decode(i, this);
        type = kind();
      } else if (xml.isAttribute(i, "s")) {
        xml.decode(i, this);
        style = number();
      }
    }
  }

  /** The column, {@link #NONE}, or {@link #NOWHERE}. */
  int column() {
    return column;
  }

  /** The number of the style; 0 where none is said. */
  int style() {
    return style;
  }

  /** What the cell holds; a number where nothing is said. */
  Type type() {
    return type;
  }

  @Override
  public void decode(String text) {
    decode(text.toCharArray(), 0, text.length());
  }

  @Override
  public void decode(char[] buffer, int start, int end) {
    this.value = buffer;
    this.start = start;
    this.end = end;
  }

  @Override
  public void handleEmptyValue() {
    this.start = 0;
    this.end = 0;
  }

  private int place() {
    int found = 0;
    int i = start;
    while (i < end && i < start + Letters.MAX_LENGTH + 1 && Letters.isLetter(value[i])) {
      found = found * 26 + (value[i] | 0x20) - 'a' + 1;
      i++;
    }
    return found == 0 || i - start > Letters.MAX_LENGTH ? NOWHERE : found - 1;
  }

  private int number() {
    int number = 0;
    for (int i = start; i < end; i++) {
      int digit = value[i] - '0';
      if (digit < 0 || digit > 9 || number > 1_000_000) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private Type kind() {
    if (end - start == 1) {
      return switch (value[start]) {
        case 's' -> Type.SHARED;
        case 'n' -> Type.NUMBER;
        case 'b' -> Type.BOOLEAN;
        default -> Type.OTHER;
      };
    }
    return switch (new String(value, start, end - start)) {
      case "str", "inlineStr" -> Type.TEXT;
      default -> Type.OTHER;
    };
  }
}
