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

  private Controls() {}

  /** The text without them; the same text where it has none. */
  public static String strip(String text) {
    int first = next(text, 0);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int end = 0;
    for (int i = first; i >= 0; i = next(text, end)) {
      out.append(text, end, i);
      end = i + Character.charCount(text.codePointAt(i));
    }
    return out.append(text, end, text.length()).toString();
  }

  /** The first of them, for people; empty where there is none. */
  public static Optional<String> sign(String text) {
    int at = next(text, 0);
    if (at < 0) {
      return Optional.empty();
    }
    int c = text.codePointAt(at);
    String name = Character.getName(c);
    return Optional.of(
        "it has the character U+%04X%s after %d others"
            .formatted(c, name == null ? "" : " " + name, text.codePointCount(0, at)));
  }

  private static int next(String text, int from) {
    for (int i = from; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (mayBe(c) && isNoise(text, i, c)) {
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

  private static boolean isNoise(String text, int at, int c) {
    return switch (c) {
      case 0x200C, 0x200D -> !joins(text, at);
      case 0x200B -> !beside(text, at, WITHOUT_SPACES);
      case 0x200E, 0x200F, 0x061C, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069 ->
          !hasRightToLeft(text);
      case 0x180E -> !beside(text, at, JOINING);
      default -> c < 0xE0000 || !flag(text, at);
    };
  }

  private static boolean joins(String text, int at) {
    return beside(text, at, JOINING)
        || beside(text, at, WITHOUT_SPACES)
        || at > 0 && isPicture(text.codePointBefore(at));
  }

  private static boolean isPicture(int c) {
    return Character.isExtendedPictographic(c) || Character.isEmojiModifier(c) || c == 0xFE0F;
  }

  private static boolean beside(String text, int at, Set<UnicodeScript> scripts) {
    int end = at + Character.charCount(text.codePointAt(at));
    return at > 0 && scripts.contains(UnicodeScript.of(text.codePointBefore(at)))
        || end < text.length() && scripts.contains(UnicodeScript.of(text.codePointAt(end)));
  }

  /** Tags spell the region of a flag, after a black flag and other tags. */
  private static boolean flag(String text, int at) {
    int i = at;
    while (i > 0 && text.codePointBefore(i) >= 0xE0000 && text.codePointBefore(i) <= 0xE007F) {
      i -= 2;
    }
    return i > 0 && text.codePointBefore(i) == 0x1F3F4;
  }

  private static boolean hasRightToLeft(String text) {
    return text.codePoints()
        .anyMatch(
            c -> {
              byte direction = Character.getDirectionality(c);
              return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT && c != 0x200F
                  || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC && c != 0x61C;
            });
  }
}
