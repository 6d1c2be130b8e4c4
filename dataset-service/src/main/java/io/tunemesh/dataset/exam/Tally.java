package io.tunemesh.dataset.exam;

/**
 * What kinds of characters a text holds.
 *
 * @param kinds the bits of {@link Glyphs} that any of its characters has
 * @param lead by how much its Chinese characters outnumber its words in Latin letters
 */
record Tally(int kinds, int lead) {
  /** So many characters are copied at once, to a whole number of steps. */
  private static final int BLOCK = 256;

  private static final long HANS = 0x0001_0001_0001_0001L * Glyphs.HAN;
  private static final long LATINS = 0x0001_0001_0001_0001L * Glyphs.LATIN;

  /** Tells of a text and leaves it as it is. */
  static Tally of(String text) {
    char[] block = new char[Math.min(BLOCK, Walk.steps(text.length()))];
    long all = 0;
    long last = 0;
    int lead = 0;
    for (int from = 0; from < text.length(); from += BLOCK) {
      int end = Walk.fill(block, text, from);
      for (int i = 0; i < end; i += Walk.STEP) {
        long four =
            Walk.lanes(
                Glyphs.of(block[i]),
                Glyphs.of(block[i + 1]),
                Glyphs.of(block[i + 2]),
                Glyphs.of(block[i + 3]));
        all |= four;
        lead += lead(four, four << 16 | last >>> 48);
        last = four;
      }
    }
    return new Tally(kinds(all), lead);
  }

  /** The kinds of all lanes in one. */
  static int kinds(long lanes) {
    return (char) (lanes | lanes >>> 16 | lanes >>> 32 | lanes >>> 48);
  }

  /** The Chinese characters among four, less the first Latin letters of words. */
  static int lead(long four, long before) {
    return Long.bitCount(four & HANS) - Long.bitCount(four & ~before & LATINS);
  }

  boolean holds(int kind) {
    return (kinds & kind) != 0;
  }
}
