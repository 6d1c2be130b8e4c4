package io.tunemesh.ingest.workbook;

import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The table by which a Huffman code of DEFLATE is read: RFC 1951, 3.2.2. The next bits of a stream,
 * as many as {@link #root}, are the index of an entry. A longer code's entry there points to as
 * many entries as there are ways to go on.
 *
 * <p>An entry has in its lowest byte how many bits the code has, in the next how many bits follow
 * that belong to the number meant, and from {@link #VALUE} on the least such number. A negative one
 * is a literal.
 */
final class PrefixCode {

  static final int LITERAL = 1 << 31;
  static final int POINTER = 1 << 14;

  /** No number: the end of a block, or what no block may have. */
  static final int END = 1 << 15;

  static final int NONE = 1 << 13;
  static final int INVALID = END | NONE;
  static final int VALUE = 16;
  static final int MORE = 8;

  /** Bits of a code at most. */
  static final int LONGEST = 15;

  private final int root;
  private final int[] entries;
  private final int[] next = new int[LONGEST + 1];
  private final int[] counts = new int[LONGEST + 1];

  /**
   * @param root bits of the index
   * @param codes the most there can be
   */
  PrefixCode(int root, int codes) {
    this.root = root;
    // each pointer is of two codes at least
    this.entries = new int[(1 << root) + codes / 2 * (1 << LONGEST - root)];
  }

  /** The entries, of which those that are pointed to lie behind the others. */
  int[] entries() {
    return entries;
  }

  /**
   * Becomes the code of so many symbols.
   *
   * @param lengths of the codes in bits, from {@code from} on; 0 for a symbol that has none
   * @param symbols the entries of the symbols, without the lengths
   * @param one whether a single code of one bit will do, as for distances
   * @throws ZipException if there are no such codes
   */
  void become(byte[] lengths, int from, int count, int[] symbols, boolean one) throws ZipException {
    boolean whole = count(lengths, from, count);
    if (!whole && !(one && isNoMoreThanOne())) {
      throw new ZipException("a Huffman code is incomplete");
    }
    Arrays.fill(entries, 0, 1 << root, INVALID);
    int room = 1 << root;
    int more = 1 << LONGEST - root;
    for (int symbol = 0; symbol < count; symbol++) {
      int length = lengths[from + symbol];
      if (length == 0) {
        continue;
      }
      int code = Integer.reverse(next[length]++) >>> Integer.SIZE - length;
      int entry = symbols[symbol] | length;
      if (length <= root) {
        for (int i = code; i < 1 << root; i += 1 << length) {
          entries[i] = entry;
        }
        continue;
      }
      int start = code & (1 << root) - 1;
      if (entries[start] == INVALID) {
        entries[start] = POINTER | room << VALUE;
        Arrays.fill(entries, room, room + more, INVALID);
        room += more;
      }
      int pointed = entries[start] >>> VALUE;
      for (int i = code >>> root; i < more; i += 1 << length - root) {
        entries[pointed + i] = entry;
      }
    }
  }

  /** Counts codes by their length, and finds the first of each. Whether all bits are a code. */
  private boolean count(byte[] lengths, int from, int count) throws ZipException {
    Arrays.fill(counts, 0);
    for (int i = from; i < from + count; i++) {
      counts[lengths[i]]++;
    }
    int left = 1;
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      left = 2 * left - counts[length];
      if (left < 0) {
        throw new ZipException("a Huffman code has too many symbols");
      }
      next[length] = code;
      code = code + counts[length] << 1;
    }
    return left == 0;
  }

  private boolean isNoMoreThanOne() {
    for (int length = 2; length <= LONGEST; length++) {
      if (counts[length] > 0) {
        return false;
      }
    }
    return true;
  }
}
