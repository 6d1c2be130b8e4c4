package io.tunemesh.dataset.exam;

/**
 * The one walk over a cell: folds each character in its place and notes where something may begin
 * and where something is unusual, so that all that follows works in proportion to these places.
 */
final class Walk {
  /** How far the bits of {@link Glyphs} are apart. */
  private static final int BLANK_TO_WIDE = 9;

  private static final int LETTER_TO_SMALL = 5;

  private final char[] folded;

  /** The places behind those where something begins, so that a walk sets each bit once. */
  private final long[] begins;

  private final long[] odd;
  private final Tally tally;

  private Walk(char[] folded, long[] begins, long[] odd, Tally tally) {
    this.folded = folded;
    this.begins = begins;
    this.odd = odd;
    this.tally = tally;
  }

  /** Walks over a cell as if every character in it stood for itself. */
  static Walk over(String raw) {
    char[] text = raw.toCharArray();
    int words = (text.length >> 6) + 1;
    long[] begins = new long[words];
    long[] odd = new long[words];
    int kinds = 0;
    int lead = 0;
    int before = 0;
    int pending = 0;
    for (int word = 0; word < words; word++) {
      int from = word << 6;
      int to = Math.min(from + 64, text.length);
      long begun = 0;
      long unusual = 0;
      for (int i = from; i < to; i++) {
        int glyph = Glyphs.of(text[i]);
        kinds |= glyph;
        if ((glyph & before & Glyphs.HAN) != 0) {
          lead++; // within Chinese words nothing begins, is folded or is odd
          continue;
        }
        text[i] = Glyphs.folded(text[i], glyph);
        lead += Tally.lead(glyph, before);
        if (holds(pending, glyph)) {
          begun |= 1L << i;
        }
        if (isOdd(glyph, before)) {
          unusual |= 1L << i;
        }
        pending = pending(glyph, before);
        before = glyph;
      }
      begins[word] = begun;
      odd[word] = unusual;
    }
    if (pending != 0) {
      begins[text.length >> 6] |= 1L << text.length;
    }
    return new Walk(text, begins, odd, new Tally(kinds, lead));
  }

  /** What a character may begin by what stands before it. */
  private static int pending(int glyph, int before) {
    int small = Glyphs.SMALL & ~(before >> LETTER_TO_SMALL);
    return glyph & (Glyphs.CAPITAL | small | Glyphs.DIGIT & ~before);
  }

  /** True where what stands behind a character lets it begin what is pending. */
  private static boolean holds(int pending, int glyph) {
    return ((glyph & Glyphs.LETTER) == 0 ? pending : pending & Glyphs.DIGIT) != 0;
  }

  /** Odd by itself, a blank beside a blank or a wide character, or the latter behind a blank. */
  private static boolean isOdd(int glyph, int before) {
    int blanks = Glyphs.BLANK & (before | before << BLANK_TO_WIDE);
    int wides = Glyphs.WIDE & before >> BLANK_TO_WIDE;
    return (glyph & (Glyphs.ODD | blanks | wides)) != 0;
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

  /**
   * True where nothing between two places is odd: no bracket, no line break, no blank but single
   * spaces between characters that are not wide.
   */
  boolean isPlain(int from, int to) {
    int next = next(odd, from);
    return next < 0 || next >= to;
  }

  private static int next(long[] bits, int from) {
    int word = from >> 6;
    if (word >= bits.length) {
      return -1;
    }
    long rest = bits[word] & -1L << from;
    while (rest == 0) {
      if (++word == bits.length) {
        return -1;
      }
      rest = bits[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }
}
