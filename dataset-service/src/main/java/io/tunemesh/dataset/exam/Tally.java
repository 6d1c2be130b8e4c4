package io.tunemesh.dataset.exam;

/**
 * What kinds of characters a text holds.
 *
 * @param kinds the bits of {@link Glyphs} that any of its characters has
 * @param lead by how much its Chinese characters outnumber its words in Latin letters
 */
record Tally(int kinds, int lead) {

  /** Tells of a text and leaves it as it is. */
  static Tally of(String text) {
    int kinds = 0;
    int lead = 0;
    int before = 0;
    for (char c : text.toCharArray()) {
      int glyph = Glyphs.of(c);
      kinds |= glyph;
      lead += lead(glyph, before);
      before = glyph;
    }
    return new Tally(kinds, lead);
  }

  /** 1 for a Chinese character, -1 for the first Latin letter of a word, else 0. */
  static int lead(int glyph, int before) {
    return (glyph & Glyphs.HAN) - ((glyph & ~before & Glyphs.LATIN) >> 1);
  }

  boolean holds(int kind) {
    return (kinds & kind) != 0;
  }
}
