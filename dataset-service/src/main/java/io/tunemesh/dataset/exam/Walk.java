package io.tunemesh.dataset.exam;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The one walk over a cell: folds each character in its place and notes where something may begin
 * and where something is unusual, so that all that follows works in proportion to these places.
 *
 * <p>The kinds of eight characters, a byte of {@link Glyphs} each, are looked at as one number:
 * nothing is asked of a single one, for a branch that is guessed wrong costs more than the eight.
 */
final class Walk {
  static final int STEP = 8;
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final long LANES = 0x0101_0101_0101_0101L;

  /** What to multiply by so that the lowest bits of the lanes stand side by side from bit 56 on. */
  private static final long GATHER = 0x0102_0408_1020_4080L;

  private final char[] folded;

  /** The kinds of the characters, and of a step of blanks behind them. */
  private final byte[] kinds;

  /** The places behind those where something begins. */
  private final long[] begins;

  private final long[] odd;
  private final Tally tally;
  private final boolean worded;

  private Walk(
      char[] folded, byte[] kinds, long[] begins, long[] odd, Tally tally, boolean worded) {
    this.folded = folded;
    this.kinds = kinds;
    this.begins = begins;
    this.odd = odd;
    this.tally = tally;
    this.worded = worded;
  }

  /** Walks over a cell as if every character in it stood for itself. */
  static Walk over(String raw) {
    char[] text = raw.toCharArray();
    byte[] kinds = new byte[(text.length / STEP + 2) * STEP];
    EIGHT.set(kinds, kinds.length - STEP, LANES * Glyphs.BLANK);
    EIGHT.set(kinds, kinds.length - 2 * STEP, LANES * Glyphs.BLANK);
    int all = 0;
    for (int i = 0; i < text.length; i++) {
      int glyph = Glyphs.of(text[i]);
      all |= glyph;
      kinds[i] = (byte) glyph;
      text[i] = Glyphs.folded(text[i], glyph);
    }
    long[] begins = new long[(kinds.length >> 6) + 2];
    long[] odd = new long[begins.length];
    int lead = 0;
    long words = 0;
    long last = 0;
    for (int i = 0; i <= text.length; i += STEP) {
      long eight = eight(kinds, i);
      long before = eight << 8 | last >>> 56;
      long earlier = eight << 16 | last >>> 48;
      lead += lead(eight, before);
      words |= eight & (before | LANES * Glyphs.HAN);
      begins[i >> 6] |= bits(begun(earlier, before, eight)) << i;
      odd[i >> 6] |= bits(unusual(earlier, before, eight)) << i;
      last = eight;
    }
    boolean worded = (words & LANES * (Glyphs.HAN | Glyphs.LETTER)) != 0;
    return new Walk(text, kinds, begins, odd, new Tally(all, lead), worded);
  }

  /** In the lowest bits of the lanes whose character stands behind something that may begin. */
  private static long begun(long earlier, long before, long eight) {
    long digits = before & ~earlier & LANES * Glyphs.DIGIT;
    long capitals = before & ~(eight >>> 1) & LANES * Glyphs.CAPITAL;
    long small = before & ~((earlier | eight) >>> 2) & LANES * Glyphs.SMALL;
    return digits >>> 4 | small >>> 5 | capitals >>> 6;
  }

  /** Odd by itself, a blank behind a blank, or a wide character behind another and a blank. */
  private static long unusual(long earlier, long before, long eight) {
    long blanks = eight & before & LANES * Glyphs.BLANK;
    long wides = eight & earlier & before >>> 1 & LANES * Glyphs.WIDE;
    return eight | blanks >>> 3 | wides >>> 2;
  }

  /** The kinds of eight characters from a place on, the first in the lowest byte. */
  static long eight(byte[] kinds, int from) {
    return (long) EIGHT.get(kinds, from);
  }

  /** The Chinese characters among eight, less the first letters of words. */
  static int lead(long eight, long before) {
    return Long.bitCount(eight & LANES * Glyphs.HAN)
        - Long.bitCount(eight & ~before & LANES * Glyphs.LETTER);
  }

  /** One bit for each lane, of its lowest bit. */
  private static long bits(long lanes) {
    return (lanes & LANES) * GATHER >>> 56;
  }

  char[] folded() {
    return folded;
  }

  Tally tally() {
    return tally;
  }

  /**
   * The next place from this one on where a number may begin, or one of the letters A to G with no
   * Latin letter behind it, if it is small with none before it either; -1 behind the last.
   */
  int begin(int from) {
    int behind = next(begins, from + 1);
    return behind < 0 ? -1 : behind - 1;
  }

  /** As {@link #isPlain}, for a text that nothing before its first character belongs to. */
  boolean isPlainText(int from, int to) {
    return (kinds[from] & (Glyphs.ODD | Glyphs.BLANK)) == 0 && isPlain(from + 1, to);
  }

  /** True for a blank of the cell, and behind its end. */
  boolean isBlank(int at) {
    return (kinds[at] & Glyphs.BLANK) != 0;
  }

  /** True for a wide character behind another and one blank. */
  boolean isTornOff(int at) {
    return at > 1 && (kinds[at] & kinds[at - 2] & Glyphs.WIDE) != 0 && isBlank(at - 1);
  }

  /** True where a Chinese character or two Latin letters side by side stand. */
  boolean isWorded() {
    return worded;
  }

  /** The next place from this one on where no blank stands; the end of the cell behind the last. */
  int visible(int from) {
    for (int i = from; i < folded.length; i += STEP) {
      long seen = ~eight(kinds, i) & LANES * Glyphs.BLANK;
      if (seen != 0) {
        return i + (Long.numberOfTrailingZeros(seen) >> 3);
      }
    }
    return Math.max(from, folded.length);
  }

  /** The end of what is visible between two places; the first where nothing is. */
  int trimmed(int begin, int to) {
    for (int end = to; end > begin; end -= STEP) {
      int from = Math.max(0, end - STEP);
      long seen = ~eight(kinds, from) << (from + STEP - end << 3) & LANES * Glyphs.BLANK;
      if (seen != 0) {
        return Math.max(begin, end - (Long.numberOfLeadingZeros(seen) >> 3));
      }
    }
    return Math.min(begin, to);
  }

  /**
   * True where nothing between two places is odd: no bracket, no line break, no blank but single
   * spaces of which no two wide characters stand on both sides.
   */
  boolean isPlain(int from, int to) {
    int next = next(odd, from);
    return next < 0 || next >= to;
  }

  /** The next odd place from this one on, -1 behind the last. */
  int odd(int from) {
    return next(odd, from);
  }

  private static int next(long[] bits, int from) {
    for (int at = from; at >> 6 < bits.length - 1; at += Long.SIZE) {
      long places = places(bits, at);
      if (places != 0) {
        return at + Long.numberOfTrailingZeros(places);
      }
    }
    return -1;
  }

  /** As many places as a number has bits, from any one on: with words, nearly always enough. */
  private static long places(long[] bits, int from) {
    int word = from >> 6;
    return bits[word] >>> from | bits[word + 1] << 1 << ~from;
  }
}
