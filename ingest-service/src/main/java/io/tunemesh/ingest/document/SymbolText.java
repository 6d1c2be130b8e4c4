package io.tunemesh.ingest.document;

import org.apache.pdfbox.pdmodel.font.encoding.GlyphList;
import org.apache.pdfbox.pdmodel.font.encoding.SymbolEncoding;

/**
 * What a symbol of a Word document (ECMA-376 part 1, 17.3.3.30) is in Unicode: by the table of the
 * font Symbol, or U+FFFD of another font whose characters have no meaning without it.
 */
final class SymbolText {

  private static final String UNKNOWN = "\ufffd";

  private SymbolText() {}

  /**
   * The text of one symbol.
   *
   * @param code in hexadecimal; a font of symbols has its own from F000 on
   */
  static String of(String font, String code) {
    if (code == null || !code.matches("[0-9A-Fa-f]{1,4}")) {
      return UNKNOWN;
    }
    int character = Integer.parseInt(code, 16);
    if ("Symbol".equals(font)) {
      String name = SymbolEncoding.INSTANCE.getName(character & 0xff);
      return readable(GlyphList.getAdobeGlyphList().toUnicode(name));
    }
    return readable(Character.toString(character));
  }

  private static String readable(String text) {
    return text == null || text.matches("[\\p{Co}\\p{Cs}\\p{Cc}]") ? UNKNOWN : text;
  }
}
