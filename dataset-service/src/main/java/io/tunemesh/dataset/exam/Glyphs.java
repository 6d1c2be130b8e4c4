package io.tunemesh.dataset.exam;

/** Which characters mean the same to a reader: widths, look-alikes, and kinds of space. */
final class Glyphs {
  private static final String LOOKALIKES =
      "АAВBСCаaсcΑAΒBϹCϲcᎪAᏴBᏟCᎠDⅭCⅮDⅽcⅾd"
          + "．.․.﹒.·.‧.•.∙.・.｡。﹐,︰:∶:ː:：:﹕:﹔;､、"
          + "（(）)﹙(﹚)【[】]〔[〕]〖[〗]「「」」［[］]{[}]｛[｝]﹝[﹞]『『』』"
          + "～~∼~〜~˜~–-—-―-‐-‑-‒-−-－-─-━-﹣-﹘-ー-"
          + "＿_￣_";
  private static final char[] FOLD = new char[0x10000];

  static {
    for (int c = 0; c < FOLD.length; c++) {
      FOLD[c] = (char) c;
    }
    for (int c = 0xFF01; c <= 0xFF5E; c++) {
      FOLD[c] = (char) (c - 0xFEE0);
    }
    for (int i = 0; i < LOOKALIKES.length(); i += 2) {
      FOLD[LOOKALIKES.charAt(i)] = LOOKALIKES.charAt(i + 1);
    }
    for (int c = 0; c < FOLD.length; c++) {
      if (c != '\n' && c != '\t' && isSpace((char) c)) {
        FOLD[c] = ' ';
      }
    }
    FOLD[0x3000] = '\t';
    for (char c : new char[] {'\u000B', '\f', '\u0085', '\u2028', '\u2029'}) {
      FOLD[c] = '\n';
    }
  }

  private Glyphs() {}

  /** The plain character that a reader takes this one for. */
  static char fold(char c) {
    return FOLD[c];
  }

  /** True for characters that a reader cannot see and that carry no space. */
  static boolean isInvisible(char c) {
    return (c < ' ' || c >= 0x7F && c < 0x4E00 || c > 0x9FFF) && isRareInvisible(c);
  }

  private static boolean isRareInvisible(char c) {
    return (c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != '\u000B')
        || c == 0x7F
        || c == 0xAD
        || (c >= 0x200B && c <= 0x200F)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2060 && c <= 0x206F)
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0x180E
        || c == 0xFEFF
        || (c >= 0x80 && c < 0xA0 && c != 0x85)
        || (c >= 0xE000 && c <= 0xF8FF);
  }

  static boolean isSpace(char c) {
    return c == '\t' || Character.isSpaceChar(c) && c != 0x2028 && c != 0x2029;
  }

  static boolean isHan(char c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || c == 0x3007;
  }

  /** Chinese characters and the punctuation that is set in their width. */
  static boolean isWide(char c) {
    return isHan(c)
        || (c >= 0x3001 && c <= 0x303F)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0x2460 && c <= 0x2473)
        || Character.isSurrogate(c);
  }

  static boolean isLatin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x250);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A mark after which a new sentence, and so a new option or question, may stand. */
  static boolean endsSentence(char c) {
    return ".?!。;”’\"')]」』》>…_".indexOf(c) >= 0;
  }

  /**
   * Spells out a character that packs a whole marker, such as {@code ⒈} or {@code Ⓐ}, or null. A
   * circled number is none: lists inside questions use it.
   */
  static String unpack(int c) {
    if (c >= 0x2474 && c <= 0x2487) {
      return "(" + (c - 0x2474 + 1) + ")";
    }
    if (c >= 0x2488 && c <= 0x249B) {
      return (c - 0x2488 + 1) + ".";
    }
    if (c >= 0x249C && c <= 0x24B5) {
      return "(" + (char) ('a' + c - 0x249C) + ")";
    }
    if (c >= 0x24B6 && c <= 0x24CF) {
      return "(" + (char) ('A' + c - 0x24B6) + ")";
    }
    if (c >= 0x24D0 && c <= 0x24E9) {
      return "(" + (char) ('a' + c - 0x24D0) + ")";
    }
    for (int base : new int[] {0x1F110, 0x1F130, 0x1F150, 0x1F170}) {
      if (c >= base && c < base + 26) {
        return "(" + (char) ('A' + c - base) + ")";
      }
    }
    if (c >= 0x1D400 && c <= 0x1D6A3) {
      int letter = (c - 0x1D400) % 52;
      return String.valueOf((char) (letter < 26 ? 'A' + letter : 'a' + letter - 26));
    }
    if (c >= 0x1D7CE && c <= 0x1D7FF) {
      return String.valueOf((char) ('0' + (c - 0x1D7CE) % 10));
    }
    return null;
  }
}
