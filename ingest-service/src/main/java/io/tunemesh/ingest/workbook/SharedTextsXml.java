package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads {@code sharedStrings.xml}: the runs of a rich text become one text, and the readings that
 * stand above East Asian characters are left out.
 */
final class SharedTextsXml extends DefaultHandler {

  private final SharedTexts texts;
  private final int maxCharacters;
  private final StringBuilder text = new StringBuilder();
  private boolean inText;
  private boolean inReading;

  SharedTextsXml(SharedTexts texts, int maxCharacters) {
    this.texts = texts;
    this.maxCharacters = maxCharacters;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    switch (name) {
      case "si" -> text.setLength(0);
      case "rPh" -> inReading = true;
      case "t" -> inText = !inReading;
      default -> {}
    }
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    if (inText) {
      if (text.length() + length > maxCharacters) {
        throw Unreadable.file(
            "cell_too_long",
            "A cell has more than %,d characters; shorten it.".formatted(maxCharacters));
      }
      text.append(characters, start, length);
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    switch (name) {
      case "si" -> texts.add(CellText.decode(text.toString()));
      case "rPh" -> inReading = false;
      case "t" -> inText = false;
      default -> {}
    }
  }
}
