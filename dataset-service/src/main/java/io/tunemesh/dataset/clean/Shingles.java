package io.tunemesh.dataset.clean;

/**
 * A text as the set of its overlapping pieces of {@link #SIZE} letters. Width, case, spaces and
 * punctuation make no difference, and no script needs its words to be told apart.
 */
final class Shingles {

  /** Letters in a piece. */
  static final int SIZE = 5;

  private static final int MULTIPLIER = 0x01000193;

  private Shingles() {}

  /**
   * The hashes of the pieces of {@code text}, one as often as it occurs; a shorter text is one
   * piece.
   */
  static int[] of(String text) {
    int[] letters = codePoints(Letters.AND_SIGNS.of(text));
    int[] hashes = new int[Math.max(1, letters.length - SIZE + 1)];
    if (letters.length <= SIZE) {
      hashes[0] = hash(letters, 0, letters.length);
      return hashes;
    }
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = hash(letters, i, i + SIZE);
    }
    return hashes;
  }

  private static int hash(int[] letters, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = (hash ^ letters[i]) * MULTIPLIER;
    }
    return mixed(hash);
  }

  private static int[] codePoints(String text) {
    int[] points = new int[text.length()];
    for (int i = 0; i < points.length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        return text.codePoints().toArray();
      }
      points[i] = c;
    }
    return points;
  }

  /** MurmurHash3's finalizer: every bit of the input moves every bit of the output. */
  static int mixed(int hash) {
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
