package io.tunemesh.dataset.clean;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.Closeable;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Finds texts that say almost the same as an earlier one, by MinHash and locality-sensitive hashing
 * (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3). The first of some alike
 * texts is kept; the answer depends on the texts and their order alone. A text is compared with
 * {@link #MOST} others at most, the newest of those that share a band with it, so that many texts
 * which are almost alike enough do not take the square of their number. Holds about a thousand
 * bytes of disk for each text that is kept, and none of the heap.
 */
public final class NearDuplicates implements Closeable {

  /** Least chance to be compared for two texts that are exactly as alike as the threshold. */
  private static final double RECALL = 0.995;

  /** With how many others a text is compared at most. */
  static final int MOST = 1_000;

  private final double threshold;
  private final int rows;
  private final int bands;
  private final FileLongs signatures = new FileLongs();
  private final Chains chains = new Chains();
  private final FileLongs numbers = new FileLongs();
  private LongOpenHashSet compared = new LongOpenHashSet();
  private long bounded;

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
  public OptionalLong add(String text, long number) {
    return add(text, number, any -> true);
  }

  /**
   * Takes the next text, and prefers some of those that it repeats.
   *
   * @param preferred by the numbers of kept texts; any other is told only where no such is found
   */
  public OptionalLong add(String text, long number, LongPredicate preferred) {
    int[] signature = MinHash.of(Shingles.of(text));
    int[] keys = new int[bands];
    for (int band = 0; band < bands; band++) {
      keys[band] = key(signature, band);
    }
    OptionalLong found = find(signature, keys, preferred);
    if (found.isEmpty()) {
      keep(signature, keys, number);
    }
    return found;
  }

  /** How many texts were not compared with all that share a band with them. */
  public long bounded() {
    return bounded;
  }

  private OptionalLong find(int[] signature, int[] keys, LongPredicate preferred) {
    if (compared.size() > 64) {
      compared = new LongOpenHashSet(); // to clear a large one takes long
    }
    compared.clear();
    OptionalLong found = OptionalLong.empty();
    for (int key : keys) {
      for (long e = chains.newest(key); e != Chains.NONE; e = chains.older(e)) {
        long kept = e / bands;
        if (!compared.add(kept)) {
          continue;
        }
        if (compared.size() > MOST) {
          bounded++;
          return found;
        }
        if (similarity(signature, kept) >= threshold) {
          long number = numbers.get(kept);
          if (preferred.test(number)) {
            return OptionalLong.of(number);
          }
          found = found.isPresent() ? found : OptionalLong.of(number);
        }
      }
    }
    return found;
  }

  private void keep(int[] signature, int[] keys, long number) {
    for (int i = 0; i < MinHash.SIZE; i += 2) {
      signatures.add(pair(signature, i));
    }
    numbers.add(number);
    for (int key : keys) {
      chains.add(key);
    }
  }

  private static long pair(int[] signature, int first) {
    return (long) signature[first] << 32 | signature[first + 1] & 0xffff_ffffL;
  }

  private int key(int[] signature, int band) {
    long key = band;
    for (int row = band * rows; row < (band + 1) * rows; row++) {
      key = (key ^ signature[row]) * 0x9e3779b97f4a7c15L;
      key ^= key >>> 29;
    }
    return (int) (key >>> 32) ^ (int) key;
  }

  private double similarity(int[] signature, long kept) {
    long start = kept * MinHash.SIZE / 2;
    int equal = 0;
    for (int i = 0; i < MinHash.SIZE; i += 2) {
      long differing = signatures.get(start + i / 2) ^ pair(signature, i);
      equal += ((int) (differing >>> 32) == 0 ? 1 : 0) + ((int) differing == 0 ? 1 : 0);
    }
    return (double) equal / MinHash.SIZE;
  }

  @Override
  public void close() {
    signatures.close();
    chains.close();
    numbers.close();
  }
}
