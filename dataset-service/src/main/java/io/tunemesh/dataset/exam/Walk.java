package io.tunemesh.dataset.exam;

/**
 * The one walk over a cell: folds each character in its place and notes where something may begin
 * and where something is unusual, so that all that follows works in proportion to these places.
 *
 * <p>It goes by four characters, whose kinds stand in the lanes of one number, and asks nothing of
 * a single one: a branch that is guessed wrong costs more than the four.
 */
final class Walk {
  static final int STEP = 4;
  private static final int LANE = 16;
  private static final long LANES = 0x0001_0001_0001_0001L;

  /** What to multiply by so that the lowest bits of the lanes stand side by side from bit 48 on. */
  private static final long GATHER = 0x0001_0002_0004_0008L;

  /** How far the bits of {@link Glyphs} are apart. */
  private static final int BLANK_TO_WIDE = 9;

  private static final int LETTER_TO_SMALL = 5;
  private static final int LETTER_TO_CAPITAL = 4;

  private final char[] folded;

  /** The places behind those where something begins. */
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
    char[] text = new char[steps(raw.length())];
    fill(text, raw, 0);
    long[] begins = new long[(text.length >> 6) + 1];
    long[] odd = new long[begins.length];
    long all = 0;
    long last = 0;
    int lead = 0;
    long begun = 0;
    long unusual = 0;
    for (int i = 0; i + STEP <= text.length; i += STEP) {
      int a = Glyphs.of(text[i]);
      int b = Glyphs.of(text[i + 1]);
      int c = Glyphs.of(text[i + 2]);
      int d = Glyphs.of(text[i + 3]);
      text[i] = Glyphs.folded(text[i], a);
      text[i + 1] = Glyphs.folded(text[i + 1], b);
      text[i + 2] = Glyphs.folded(text[i + 2], c);
      text[i + 3] = Glyphs.folded(text[i + 3], d);
      long four = lanes(a, b, c, d);
      long before = four << LANE | last >>> 3 * LANE;
      long earlier = four << 2 * LANE | last >>> 2 * LANE;
      all |= four;
      lead += Tally.lead(four, before);
      begun |= bits(begun(earlier, before, four)) << i;
      unusual |= bits(unusual(before, four)) << i;
      last = four;
      if ((i & 63) == 60 || i + STEP == text.length) {
        begins[i >> 6] = begun;
        odd[i >> 6] = unusual;
        begun = 0;
        unusual = 0;
      }
    }
    return new Walk(text, begins, odd, new Tally(Tally.kinds(all), lead));
  }

  /** So many characters with at least one blank behind them are a whole number of steps. */
  static int steps(int length) {
    return (length / STEP + 1) * STEP;
  }

  /**
   * Fills a block with a text from a place on, and behind its end with blanks up to a whole step.
   *
   * @return how much of the block there is to walk over
   */
  static int fill(char[] block, String text, int from) {
    int length = Math.min(block.length, text.length() - from);
    text.getChars(from, from + length, block, 0);
    int end = Math.min(block.length, steps(length));
    for (int i = length; i < end; i++) {
      block[i] = ' ';
    }
    return end;
  }

  /** The kinds of four characters, one in each lane. */
  static long lanes(int a, int b, int c, int d) {
    return (char) a
        | (long) (char) b << LANE
        | (long) (char) c << 2 * LANE
        | (long) (char) d << 3 * LANE;
  }

  /** Not zero in the lanes whose character stands behind something that may begin. */
  private static long begun(long earlier, long before, long four) {
    long digits = before & ~earlier & LANES * Glyphs.DIGIT;
    long capitals = before & ~(four >>> LETTER_TO_CAPITAL) & LANES * Glyphs.CAPITAL;
    long small = before & ~((earlier | four) >>> LETTER_TO_SMALL) & LANES * Glyphs.SMALL;
    return digits >>> 8 | small >>> 9 | capitals >>> 10;
  }

  /** Odd by itself, a blank beside a blank or a wide character, or the latter behind a blank. */
  private static long unusual(long before, long four) {
    long odd = four & LANES * Glyphs.ODD;
    long blanks = four & (before | before << BLANK_TO_WIDE) & LANES * Glyphs.BLANK;
    long wides = four & before >>> BLANK_TO_WIDE & LANES * Glyphs.WIDE;
    return odd >>> 12 | blanks >>> 11 | wides >>> 2;
  }

  /** One bit for each lane, of its lowest bit. */
  private static long bits(long lanes) {
    return lanes * GATHER >>> 48 & 15;
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

  /** The next odd place from this one on, -1 behind the last. */
  int odd(int from) {
    return next(odd, from);
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
