package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import javax.xml.stream.XMLStreamException;

/**
 * Reads {@code sharedStrings.xml}: the runs of a rich text become one text, and the readings that
 * stand above East Asian characters are left out.
 */
final class SharedTextsXml {

  private SharedTextsXml() {}

  /** Adds each text of {@code xml} to {@code texts}. */
  static void read(PartXml xml, SharedTexts texts, int maxCharacters) throws XMLStreamException {
    Pieces pieces = new Pieces(maxCharacters);
    boolean inText = false;
    boolean inReading = false;
    for (int event = xml.next(); event != PartXml.DONE; event = xml.next()) {
      if (event == PartXml.TEXT) {
        if (inText && !pieces.add(xml)) {
          throw Unreadable.file(
              "cell_too_long",
              "A cell has more than %,d characters; shorten it.".formatted(maxCharacters));
        }
        continue;
      }
      boolean start = event == PartXml.START;
      switch (xml.name()) {
        case "t" -> inText = start && !inReading;
        case "rPh" -> inReading = start;
        case "si" -> {
          if (!start) {
            texts.add(CellText.decode(pieces.text()));
          }
          pieces.clear();
        }
        default -> {}
      }
    }
  }
}
