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
  private static final int BLOCK = 128;

  /** Tells of a text and leaves it as it is. */
  static Tally of(String text) {
    char[] block = new char[Math.min(BLOCK, text.length())];
    byte[] kinds = new byte[BLOCK];
    long all = 0;
    long rare = 0;
    int lead = 0;
    long last = 0;
    for (int from = 0; from < text.length(); from += BLOCK) {
      int length = Math.min(BLOCK, text.length() - from);
      text.getChars(from, from + length, block, 0);
      for (int i = 0; i < length; i++) {
        kinds[i] = Glyphs.common(block[i]);
      }
      Arrays.fill(kinds, length, BLOCK, (byte) 0);
      for (int i = 0; i < length; i += Walk.STEP) {
        long eight = Walk.eight(kinds, i);
        lead += Walk.lead(eight, eight << 8 | last >>> 56);
        all |= eight;
        rare |= eight & ~(eight >>> 1);
        last = eight;
      }
    }
    return (rare & Walk.LANES * Glyphs.HAN) == 0 ? new Tally(joined(all), lead) : whole(text);
  }

  /** The kinds that any of eight characters has. */
  private static int joined(long eight) {
    long four = eight | eight >>> 32;
    long two = four | four >>> 16;
    return (int) (two | two >>> 8) & 0xFF;
  }

  /** Tells of a text in which some characters are of rare kinds. */
  private static Tally whole(String text) {
    int all = 0;
    int lead = 0;
    int last = 0;
    for (int i = 0; i < text.length(); i++) {
      int glyph = Glyphs.of(text.charAt(i));
      all |= glyph;
      lead += (glyph & Glyphs.HAN) == 0 ? 0 : 1;
      lead -= (glyph & ~last & Glyphs.LETTER) == 0 ? 0 : 1;
      last = glyph;
    }
    return new Tally(all, lead);
  }

  boolean holds(int kind) {
    return (kinds & kind) != 0;
  }
}
