package io.tunemesh.ingest.workbook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text in the bytes of a part, which is UTF-8 of characters that XML may hold. Its characters
 * were counted in the same pass that looked at its bytes, which nearly always are those that it has
 * in JSON.
 */
final class PlainText {

  private static final byte END = 1;
  private static final byte ODD = 2;
  private static final byte QUOTED = 4;
  private static final byte NAMED = 8;
  private static final byte UNCLEAR = 16;
  private static final byte WANTING = 32;
  private static final byte[] KINDS = kinds();

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Added to two characters from U+3000 to U+AFFF, makes {@link #CJK} of the bits in the mask. */
  private static final long CJK_SHIFT = 0x05_00_00_05L;

  private static final long CJK_MASK = 0xc0_c0_f8_c0_c0_f8L;
  private static final long CJK = 0x80_80_e8_80_80_e8L;

  private byte[] bytes;
  private int start;
  private int end;
  private int characters;
  private int seen;

  /**
   * Takes the text at {@code at} of {@code b}, behind which there are zeros.
   *
   * @return where the next tag is; of what is no plain text, the complement of the place
   */
  int take(byte[] b, int at) {
    bytes = b;
    int i = at;
    int count = 0;
    int kinds = 0;
    while (true) {
      int c = b[i];
      if (c >= 0) {
        int kind = KINDS[c];
        if (kind != 0) {
          if (kind == END) {
            break;
          }
          if (kind == UNCLEAR) {
            kind = kindOf(i);
          }
          if (kind == WANTING) {
            return ~(i + 2);
          }
          if (kind == ODD) {
            return ~i;
          }
          kinds |= kind;
        }
        i++;
      } else if (((long) LONG.get(b, i) + CJK_SHIFT & CJK_MASK) == CJK) {
        i += 6;
        count++;
      } else if ((c & 0xf0) == 0xe0) {
        int c1 = b[i + 1];
        int c2 = b[i + 2];
        int code = (c & 0x0f) << 12 | (c1 & 0x3f) << 6 | c2 & 0x3f;
        if ((c1 & 0xc0) != 0x80
            || (c2 & 0xc0) != 0x80
            || code < 0x800
            || code >> 11 == 0x1b
            || code > 0xfffd) {
          return ~(c1 == 0 ? i + 1 : c2 == 0 ? i + 2 : i);
        }
        i += 3;
      } else if ((c & 0xe0) == 0xc0) {
        if ((b[i + 1] & 0xc0) != 0x80 || (c & 0x1e) == 0) {
          return ~(b[i + 1] == 0 ? i + 1 : i);
        }
        i += 2;
      } else {
        int stop = supplementary(i);
        if (stop < 0) {
          return stop;
        }
        count++;
        i = stop;
      }
      count++;
    }
    start = at;
    end = i;
    characters = count;
    seen = kinds;
    return i;
  }

  /** What follows tells what it is: the end of a section, or the name of a character. */
  private int kindOf(int i) {
    if (bytes[i] == '_') {
      return bytes[i + 1] == 'x' ? NAMED : 0;
    }
    if (bytes[i + 1] != ']') {
      return 0;
    }
    return bytes[i + 2] == '>' ? ODD : bytes[i + 2] == 0 ? WANTING : 0;
  }

  /** Where a character of four bytes ends; the complement of the place if it is none. */
  private int supplementary(int i) {
    int code = bytes[i] & 0x07;
    for (int next = 1; next < 4; next++) {
      int c = bytes[i + next];
      if ((c & 0xc0) != 0x80) {
        return ~(c == 0 ? i + next : i);
      }
      code = code << 6 | c & 0x3f;
    }
    boolean whole = (bytes[i] & 0xf8) == 0xf0 && code >= 0x10000 && code <= 0x10ffff;
    return whole ? i + 4 : ~i;
  }

  /** The characters of the text. */
  int characters() {
    return characters;
  }

  /** Whether the text may mean other characters than it has. */
  boolean hasNames() {
    return (seen & NAMED) != 0;
  }

  /** The text as a String; null if it names what XML itself does not. */
  String string() {
    String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    return hasNames() ? References.resolve(text) : text;
  }

  /** The number that the text is if it is of digits, at least one and at most nine; else -1. */
  int number() {
    int number = start == end || end - start > 9 ? -1 : 0;
    for (int i = start; i < end && number >= 0; i++) {
      int digit = bytes[i] - '0';
      number = digit < 0 || digit > 9 ? -1 : number * 10 + digit;
    }
    return number;
  }

  /** Whether the text is nothing but space. */
  boolean isBlank() {
    if (start == end) {
      return true;
    }
    int first = bytes[start] & 0xff;
    boolean clear = first > ' ' && first < 0x80 || first >= 0xe4 && first <= 0xee;
    return !clear && CellText.strip(string()).isEmpty();
  }

  /** The bytes that the text has in JSON; null if they are the same. */
  byte[] quoted() {
    return (seen & QUOTED) == 0 ? null : JsonStringEncoder.getInstance().quoteAsUTF8(string());
  }

  /** Where the bytes lie of the text. */
  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int size() {
    return end - start;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[128];
    Arrays.fill(kinds, 0, ' ', ODD);
    kinds['\n'] = QUOTED;
    kinds['\t'] = QUOTED;
    kinds['"'] = QUOTED;
    kinds['\\'] = QUOTED;
    kinds['&'] = NAMED;
    kinds['_'] = UNCLEAR;
    kinds[']'] = UNCLEAR;
    kinds['<'] = END;
    return kinds;
  }
}
