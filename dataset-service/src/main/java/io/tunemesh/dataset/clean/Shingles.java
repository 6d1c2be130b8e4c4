package io.tunemesh.dataset.clean;

import java.util.Arrays;

/**
 * A text as the set of its overlapping pieces of {@link #SIZE} letters. Width, case, spaces and
 * punctuation make no difference, and no script needs its words to be told apart.
 */
final class Shingles {

  /** Letters in a piece. */
  static final int SIZE = 5;

  private static final int MULTIPLIER = 0x01000193;

  private Shingles() {}

  /** The hashes of the pieces of {@code text}, each once; a shorter text is one piece. */
  static int[] of(String text) {
    int[] letters = Letters.of(text).codePoints().toArray();
    int count = Math.max(1, letters.length - SIZE + 1);
    int[] hashes = new int[count];
    for (int i = 0; i < count; i++) {
      int hash = 0;
      for (int j = i; j < Math.min(i + SIZE, letters.length); j++) {
        hash = (hash ^ letters[j]) * MULTIPLIER;
      }
      hashes[i] = mixed(hash);
    }
    return distinct(hashes);
  }

  /** MurmurHash3's finalizer: every bit of the input moves every bit of the output. */
  static int mixed(int hash) {
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int[] distinct(int[] hashes) {
    Arrays.sort(hashes);
    int count = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (i == 0 || hashes[i] != hashes[i - 1]) {
        hashes[count++] = hashes[i];
      }
    }
    return Arrays.copyOf(hashes, count);
  }
}
