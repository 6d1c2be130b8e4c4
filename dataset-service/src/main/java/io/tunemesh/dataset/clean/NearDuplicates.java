package io.tunemesh.dataset.clean;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.OptionalInt;

/**
 * Finds texts that say almost the same as an earlier one, by MinHash and locality-sensitive hashing
 * (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3). The first of some alike
 * texts is kept; the answer depends on the texts and their order alone. Holds about 800 bytes for
 * each text that is kept and none for the others.
 */
public final class NearDuplicates {

  /** Least chance to be compared for two texts that are exactly as alike as the threshold. */
  private static final double RECALL = 0.995;

  private static final int NONE = -1;

  private final double threshold;
  private final int rows;
  private final int bands;
  private final IntArrayList signatures = new IntArrayList();
  private final Long2IntOpenHashMap newest = new Long2IntOpenHashMap();
  private final IntArrayList older = new IntArrayList();
  private final IntArrayList numbers = new IntArrayList();

  /**
   * @param threshold the Jaccard similarity of their pieces from which two texts are duplicates,
   *     above 0 and at most 1
   */
  public NearDuplicates(double threshold) {
    if (threshold <= 0 || threshold > 1) {
      throw new IllegalArgumentException("a threshold is above 0 and at most 1: " + threshold);
    }
    this.threshold = threshold;
    this.rows = rows(threshold);
    this.bands = MinHash.SIZE / rows;
    newest.defaultReturnValue(NONE);
  }

  /** The most rows a band can have: the more, the fewer texts are compared in vain. */
  static int rows(double threshold) {
    int rows = MinHash.SIZE / 2;
    while (rows > 1 && chance(threshold, rows) < RECALL) {
      rows--;
    }
    return rows;
  }

  private static double chance(double similarity, int rows) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), MinHash.SIZE / rows);
  }

  /**
   * Takes the next text.
   *
   * @param number names the text, if it is kept, in later answers
   * @return the number of the kept text that this one repeats; empty if it is kept itself
   */
  public OptionalInt add(String text, int number) {
    int[] signature = MinHash.of(Shingles.of(text));
    long[] keys = new long[bands];
    for (int band = 0; band < bands; band++) {
      keys[band] = key(signature, band);
      for (int e = newest.get(keys[band]); e != NONE; e = older.getInt(e)) {
        if (similarity(signature, e / bands) >= threshold) {
          return OptionalInt.of(numbers.getInt(e / bands));
        }
      }
    }
    keep(signature, keys, number);
    return OptionalInt.empty();
  }

  private void keep(int[] signature, long[] keys, int number) {
    signatures.addElements(signatures.size(), signature);
    numbers.add(number);
    for (long key : keys) {
      older.add(newest.put(key, older.size()));
    }
  }

  private long key(int[] signature, int band) {
    long key = band;
    for (int row = band * rows; row < (band + 1) * rows; row++) {
      key = (key ^ signature[row]) * 0x9e3779b97f4a7c15L;
      key ^= key >>> 29;
    }
    return key;
  }

  private double similarity(int[] signature, int kept) {
    int[] all = signatures.elements();
    int start = kept * MinHash.SIZE;
    int equal = 0;
    for (int i = 0; i < MinHash.SIZE; i++) {
      equal += all[start + i] == signature[i] ? 1 : 0;
    }
    return (double) equal / MinHash.SIZE;
  }
}
