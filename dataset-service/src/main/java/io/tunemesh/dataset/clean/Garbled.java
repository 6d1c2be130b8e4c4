package io.tunemesh.dataset.clean;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds text whose characters are not those that were written, because bytes were read in a wrong
 * encoding or were lost. It knows U+FFFD, UTF-8 that was read as Latin-1 or Windows-1252, UTF-8
 * that was read as GBK, and text of characters that mean nothing outside of one font.
 */
final class Garbled {

  /** More private-use and unassigned characters than this share, and a text cannot be read. */
  private static final double MOST_UNKNOWN = 0.1;

  /** Sequences that a word in capitals may end in by chance; so many are no chance. */
  private static final int WEAK = 3;

  /** So many characters that are UTF-8 by chance when written as GBK are not met in a lifetime. */
  private static final int LEAST_GBK = 6;

  private static final Charset GBK = Charset.forName("GB18030");
  private static final int[] WINDOWS = windows();

  private Garbled() {}

  /** What shows that a text is garbled, for people; empty where nothing does. */
  static Optional<String> sign(String text) {
    int lost = text.indexOf('\uFFFD');
    if (lost >= 0) {
      return sign(text, lost, lost + 1, "a character was lost");
    }
    int twice = text.indexOf("锟斤拷");
    if (twice >= 0) {
      return sign(text, twice, twice + 3, "characters were lost, and then read as GBK");
    }
    Optional<String> latin = latin(text);
    if (latin.isPresent()) {
      return latin;
    }
    Optional<String> gbk = gbk(text);
    return gbk.isPresent() ? gbk : unknown(text);
  }

  /** UTF-8 read as Latin-1 or Windows-1252, as {@code Ã©}. */
  private static Optional<String> latin(String text) {
    int weak = 0;
    int run = 0;
    int runStart = 0;
    boolean wide = false;
    for (int i = 0; i < text.length(); ) {
      int length = sequence(text, i);
      if (length == 0) {
        run = 0;
        wide = false;
        i++;
        continue;
      }
      runStart = run == 0 ? i : runStart;
      run++;
      int lead = text.charAt(i);
      boolean accented = lead == 0xC2 || lead == 0xC3;
      wide |= length > 2;
      boolean certain =
          length == 4
              || length == 3 && lead == 0xE2 && oneByte(text.charAt(i + 1)) == 0x80
              || accented && besideSmall(text, i, i + length)
              || run >= (wide ? 2 : 3) && !accented;
      weak += accented ? 1 : 0;
      if (certain || weak >= WEAK) {
        return sign(
            text,
            certain && run > 1 ? runStart : i,
            i + length,
            "it was written in UTF-8 and read as Latin-1");
      }
      i += length;
    }
    return Optional.empty();
  }

  private static boolean besideSmall(String text, int from, int to) {
    char before = from == 0 ? ' ' : text.charAt(from - 1);
    char after = to == text.length() ? ' ' : text.charAt(to);
    return Character.isLowerCase(before)
        || Character.isDigit(before)
        || Character.isLowerCase(after);
  }

  /** How many characters from here are one of UTF-8 when each is taken for its byte; or 0. */
  private static int sequence(String text, int at) {
    int lead = text.charAt(at);
    int length =
        lead >= 0xC2 && lead <= 0xDF
            ? 2
            : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (length == 0 || at + length > text.length()) {
      return 0;
    }
    for (int i = at + 1; i < at + length; i++) {
      int next = oneByte(text.charAt(i));
      if (next < 0x80 || next > 0xBF) {
        return 0;
      }
    }
    return length;
  }

  /** The byte that Latin-1 or Windows-1252 reads as that character; -1 where none is. */
  private static int oneByte(char c) {
    if (c <= 0xFF) {
      return c;
    }
    for (int i = 0; i < WINDOWS.length; i++) {
      if (WINDOWS[i] == c) {
        return 0x80 + i;
      }
    }
    return -1;
  }

  /** UTF-8 read as GBK: a whole run of characters that is UTF-8 again when written as GBK. */
  private static Optional<String> gbk(String text) {
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) < 0x80) {
        i++;
        continue;
      }
      int end = i;
      while (end < text.length() && text.charAt(end) >= 0x80) {
        end++;
      }
      if (end - i >= LEAST_GBK && isUtf8(GBK.encode(text.substring(i, end)))) {
        return sign(text, i, Math.min(end, i + 12), "it was written in UTF-8 and read as GBK");
      }
      i = end;
    }
    return Optional.empty();
  }

  /** True where the bytes are UTF-8; the last character may be cut. */
  private static boolean isUtf8(ByteBuffer bytes) {
    CharBuffer out = CharBuffer.allocate(bytes.remaining());
    return !StandardCharsets.UTF_8.newDecoder().decode(bytes, out, false).isError()
        && bytes.remaining() < 3;
  }

  private static Optional<String> unknown(String text) {
    long visible = 0;
    long unknown = 0;
    int first = -1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int type = Character.getType(c);
      if (!Character.isWhitespace(c)) {
        visible++;
        if (type == Character.PRIVATE_USE || type == Character.UNASSIGNED) {
          unknown++;
          first = first < 0 ? i : first;
        }
      }
      i += Character.charCount(c);
    }
    if (unknown == 0 || unknown <= MOST_UNKNOWN * visible) {
      return Optional.empty();
    }
    return Optional.of(
        "%d of its %d characters mean nothing outside of one font, as U+%04X"
            .formatted(unknown, visible, text.codePointAt(first)));
  }

  private static Optional<String> sign(String text, int from, int to, String what) {
    return Optional.of("%s: '%s'".formatted(what, text.substring(from, to)));
  }

  private static int[] windows() {
    Charset windows = Charset.forName("windows-1252");
    int[] characters = new int[0x20];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = windows.decode(ByteBuffer.wrap(new byte[] {(byte) (0x80 + i)})).get(0);
    }
    return characters;
  }
}
