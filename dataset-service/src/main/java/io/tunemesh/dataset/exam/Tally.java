package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * What kinds of characters a text holds.
 *
 * @param kinds the bits of {@link Glyphs} that any of its characters has
 * @param lead by how much its Chinese characters outnumber its words in Latin letters
 */
record Tally(int kinds, int lead) {
  /** So many characters are copied at once, a multiple of those that a walk looks at as one. */
  private static final int BLOCK = 256;

  /** Tells of a text and leaves it as it is. */
  static Tally of(String text) {
    char[] block = new char[Math.min(BLOCK, text.length())];
    byte[] kinds = new byte[BLOCK];
    int all = 0;
    int lead = 0;
    long last = 0;
    for (int from = 0; from < text.length(); from += BLOCK) {
      int length = Math.min(BLOCK, text.length() - from);
      text.getChars(from, from + length, block, 0);
      for (int i = 0; i < length; i++) {
        int glyph = Glyphs.of(block[i]);
        all |= glyph;
        kinds[i] = (byte) glyph;
      }
      Arrays.fill(kinds, length, BLOCK, (byte) 0);
      for (int i = 0; i < length; i += Walk.STEP) {
        long eight = Walk.eight(kinds, i);
        lead += Walk.lead(eight, eight << 8 | last >>> 56);
        last = eight;
      }
    }
    return new Tally(all, lead);
  }

  boolean holds(int kind) {
    return (kinds & kind) != 0;
  }
}
