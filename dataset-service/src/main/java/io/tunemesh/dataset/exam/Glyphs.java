package io.tunemesh.dataset.exam;

/** Which characters mean the same to a reader: widths, look-alikes, and kinds of space. */
final class Glyphs {
  private static final String LOOKALIKES =
      "АAВBСCаaсcΑAΒBϹCϲcᎪAᏴBᏟCᎠDⅭCⅮDⅽcⅾd"
          + "．.․.﹒.·.‧.•.∙.・.｡。﹐,︰:∶:ː:：:﹕:﹔;､、"
          + "（(）)﹙(﹚)【[】]〔[〕]〖[〗]「「」」［[］]{[}]｛[｝]﹝[﹞]『『』』"
          + "～~∼~〜~˜~–-—-―-‐-‑-‒-−-－-─-━-﹣-﹘-ー-"
          + "＿_￣_";

  /** A blank that is no plain space, a bracket, a line to write on, a half of a character. */
  static final int ODD = 1;

  static final int HAN = 1 << 1;

  /** Chinese characters and the punctuation that is set in their width. */
  static final int WIDE = 1 << 2;

  /** Folds to a space, a tab or a line break. */
  static final int BLANK = 1 << 3;

  /** Folds to a digit. */
  static final int DIGIT = 1 << 4;

  /** Folds to one of a to g. */
  static final int SMALL = 1 << 5;

  /** Folds to one of A to G. */
  static final int CAPITAL = 1 << 6;

  /** Folds to a Latin letter; with those above, the kinds that {@link Walk} asks for. */
  static final int LETTER = 1 << 7;

  /** Cannot be seen and carries no space. */
  static final int INVISIBLE = 1 << 8;

  /** Stands for more or fewer than one character. */
  static final int PACKED = 1 << 9;

  /** May begin what a spreadsheet writes for one character, such as {@code _x000D_}. */
  static final int MARKUP = 1 << 10;

  /** A number in a circle. */
  static final int CIRCLED = 1 << 11;

  /** By how far a glyph has to be shifted to give what to add to its character when folding. */
  private static final int FOLD = 16;

  private static final CharClass SENTENCE_ENDS = CharClass.of(".?!。;”’\"')]」』》>…_");
  private static final int[] GLYPHS = glyphs();
  private static final byte[] KINDS = kinds();

  private Glyphs() {}

  /** What is known of a character: the bits named above, and above them how it is folded. */
  static int of(char c) {
    return GLYPHS[c];
  }

  /**
   * The kinds of a character that has none from {@link #INVISIBLE} on; one that has is {@link #HAN}
   * and not {@link #WIDE}, which no other is. This table is small enough to stay near at hand.
   */
  static byte common(char c) {
    return KINDS[c];
  }

  /** The plain character that a reader takes this one for. */
  static char fold(char c) {
    return folded(c, of(c));
  }

  /** The plain character for a character whose glyph is known. */
  static char folded(char c, int glyph) {
    return (char) (c + (glyph >>> FOLD));
  }

  private static int[] glyphs() {
    char[] fold = folds();
    int[] glyphs = new int[fold.length];
    for (int i = 0; i < glyphs.length; i++) {
      char c = (char) i;
      int glyph = (char) (fold[i] - c) << FOLD;
      glyph |= isHan(c) ? HAN : 0;
      glyph |= isWide(c) ? WIDE : 0;
      glyph |= isInvisible(c) ? INVISIBLE | PACKED : 0;
      glyph |= c == '\r' || c >= 0x2474 && c <= 0x24E9 || Character.isHighSurrogate(c) ? PACKED : 0;
      glyph |= c == '_' || c == '&' || c == '<' ? MARKUP : 0;
      glyph |= c >= '①' && c <= '⑳' ? CIRCLED : 0;
      glyph |= ofFolded(c, fold[i]);
      glyphs[i] = glyph;
    }
    return glyphs;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[GLYPHS.length];
    for (int i = 0; i < kinds.length; i++) {
      int glyph = GLYPHS[i] & (1 << FOLD) - 1;
      kinds[i] = (byte) (glyph < INVISIBLE ? glyph : HAN);
    }
    return kinds;
  }

  private static int ofFolded(char c, char plain) {
    boolean blank = plain == ' ' || plain == '\t' || plain == '\n';
    boolean odd = "()[]_".indexOf(plain) >= 0 || Character.isSurrogate(c) || blank && c != ' ';
    return (isDigit(plain) ? DIGIT : 0)
        | (plain >= 'a' && plain <= 'g' ? SMALL : 0)
        | (plain >= 'A' && plain <= 'G' ? CAPITAL : 0)
        | (blank ? BLANK : 0)
        | (odd ? ODD : 0)
        | (isLatin(plain) ? LETTER : 0);
  }

  private static char[] folds() {
    char[] fold = new char[0x10000];
    for (int c = 0; c < fold.length; c++) {
      fold[c] = (char) c;
    }
    for (int c = 0xFF01; c <= 0xFF5E; c++) {
      fold[c] = (char) (c - 0xFEE0);
    }
    for (int i = 0; i < LOOKALIKES.length(); i += 2) {
      fold[LOOKALIKES.charAt(i)] = LOOKALIKES.charAt(i + 1);
    }
    for (int c = 0; c < fold.length; c++) {
      if (c != '\n' && c != '\t' && isSpace((char) c)) {
        fold[c] = ' ';
      }
    }
    fold[0x3000] = '\t';
    for (char c : new char[] {'\u000B', '\f', '\u0085', '\u2028', '\u2029'}) {
      fold[c] = '\n';
    }
    return fold;
  }

  /** True for characters that a reader cannot see and that carry no space. */
  private static boolean isInvisible(char c) {
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

  private static boolean isSpace(char c) {
    return c == '\t' || Character.isSpaceChar(c) && c != 0x2028 && c != 0x2029;
  }

  static boolean isHan(char c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || c == 0x3007;
  }

  private static boolean isWide(char c) {
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
    return SENTENCE_ENDS.holds(c);
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
