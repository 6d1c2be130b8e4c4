package io.tunemesh.platform.text;

import java.lang.Character.UnicodeScript;
import java.util.Optional;
import java.util.Set;

/**
 * Characters that are in a text but not to be seen: control characters, byte order marks, zero
 * widths, and marks that turn the direction of writing. Where a script needs one it is no noise:
 * joiners between Arabic or Indic letters and in emoji, the word breaks of Thai and Khmer, and the
 * marks of direction in a text that has letters written from right to left.
 */
public final class Controls {

  private static final Set<UnicodeScript> JOINING =
      Set.of(
          UnicodeScript.ARABIC,
          UnicodeScript.SYRIAC,
          UnicodeScript.THAANA,
          UnicodeScript.NKO,
          UnicodeScript.MONGOLIAN,
          UnicodeScript.DEVANAGARI,
          UnicodeScript.BENGALI,
          UnicodeScript.GURMUKHI,
          UnicodeScript.GUJARATI,
          UnicodeScript.ORIYA,
          UnicodeScript.TAMIL,
          UnicodeScript.TELUGU,
          UnicodeScript.KANNADA,
          UnicodeScript.MALAYALAM,
          UnicodeScript.SINHALA,
          UnicodeScript.TIBETAN,
          UnicodeScript.HEBREW);
  private static final Set<UnicodeScript> WITHOUT_SPACES =
      Set.of(UnicodeScript.THAI, UnicodeScript.LAO, UnicodeScript.KHMER, UnicodeScript.MYANMAR);

  private final String text;
  private Boolean rightToLeft;
  private int flagEnd = -1;

  /** For one pass over the text from its beginning. */
  private Controls(String text) {
    this.text = text;
  }

  /** The text without them; the same text where it has none. */
  public static String strip(String text) {
    Controls pass = new Controls(text);
    int first = pass.next(0);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int end = 0;
    for (int i = first; i >= 0; i = pass.next(end)) {
      out.append(text, end, i);
      end = i + Character.charCount(text.codePointAt(i));
    }
    return out.append(text, end, text.length()).toString();
  }

  /** The first of them, for people; empty where there is none. */
  public static Optional<String> sign(String text) {
    int at = new Controls(text).next(0);
    if (at < 0) {
      return Optional.empty();
    }
    int c = text.codePointAt(at);
    String name = Character.getName(c);
    return Optional.of(
        "it has the character U+%04X%s after %d others"
            .formatted(c, name == null ? "" : " " + name, text.codePointCount(0, at)));
  }

  private int next(int from) {
    for (int i = from; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (mayBe(c) && isNoise(i, c)) {
        return i;
      }
      i += Character.charCount(c);
    }
    return -1;
  }

  /** Quickly tells most characters apart. */
  private static boolean mayBe(int c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r'
        || c >= 0x7F && c <= 0x9F
        || c == 0xAD
        || c == 0x61C
        || c == 0x180E
        || c >= 0x200B && c <= 0x200F
        || c >= 0x202A && c <= 0x202E
        || c >= 0x2060 && c <= 0x206F
        || c == 0xFEFF
        || c >= 0xFFF9 && c <= 0xFFFB
        || c >= 0xE0000 && c <= 0xE007F;
  }

  private boolean isNoise(int at, int c) {
    return switch (c) {
      case 0x200C, 0x200D -> !joins(at);
      case 0x200B -> !beside(at, WITHOUT_SPACES);
      case 0x200E, 0x200F, 0x061C, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069 ->
          !hasRightToLeft();
      case 0x180E -> !beside(at, JOINING);
      default -> c < 0xE0000 || !flag(at);
    };
  }

  private boolean joins(int at) {
    return beside(at, JOINING)
        || beside(at, WITHOUT_SPACES)
        || at > 0 && isPicture(text.codePointBefore(at));
  }

  private static boolean isPicture(int c) {
    return Character.isExtendedPictographic(c) || Character.isEmojiModifier(c) || c == 0xFE0F;
  }

  private boolean beside(int at, Set<UnicodeScript> scripts) {
    int end = at + Character.charCount(text.codePointAt(at));
    return at > 0 && scripts.contains(UnicodeScript.of(text.codePointBefore(at)))
        || end < text.length() && scripts.contains(UnicodeScript.of(text.codePointAt(end)));
  }

  /** Tags spell the region of a flag, after a black flag and other tags. */
  private boolean flag(int at) {
    boolean spells = at == flagEnd || at > 0 && text.codePointBefore(at) == 0x1F3F4;
    flagEnd = spells ? at + Character.charCount(text.codePointAt(at)) : flagEnd;
    return spells;
  }

  private boolean hasRightToLeft() {
    if (rightToLeft == null) {
      rightToLeft = text.codePoints().anyMatch(Controls::isRightToLeft);
    }
    return rightToLeft;
  }

  private static boolean isRightToLeft(int c) {
    byte direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT && c != 0x200F
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC && c != 0x61C;
  }
}
