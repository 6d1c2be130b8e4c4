package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.workbook.PlainXml.ascii;

import java.io.IOException;

/**
 * Takes the shared texts of a workbook that are of one piece. Stops before the first of another
 * form, or that is damaged, which {@link SharedTextsXml} then reads with all that follow.
 */
final class PlainTexts {

  private static final byte[] TEXT = ascii("<si><t");
  private static final byte[] TEXT_END = ascii("</t></si>");
  private static final byte[] NO_TEXT = ascii("/></si>");

  private PlainTexts() {}

  /** Adds texts to {@code texts} while they are plain. */
  static void read(PlainXml xml, SharedTexts texts, int maxCharacters) throws IOException {
    if (!xml.skipHead("<sst", "</sst>")) {
      return;
    }
    do {
      xml.skipSpace();
      xml.mark();
    } while (text(xml, texts, maxCharacters) || xml.more());
  }

  private static boolean text(PlainXml xml, SharedTexts texts, int maxCharacters) {
    if (!xml.take(TEXT)) {
      return false;
    }
    if (xml.isNext('/')) {
      if (!xml.take(NO_TEXT)) {
        return false;
      }
      texts.add("");
      return true;
    }
    if (!xml.takeTextTag() || !xml.takeText() || !xml.take(TEXT_END)) {
      return false;
    }
    PlainText text = xml.text();
    String named = text.hasNames() ? text.string() : "";
    if (named == null || text.characters() > maxCharacters) {
      return xml.isUnknown();
    }
    if (text.hasNames()) {
      texts.add(CellText.decode(named));
    } else {
      texts.add(text);
    }
    return true;
  }
}
