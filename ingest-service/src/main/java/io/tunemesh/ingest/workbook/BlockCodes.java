package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.workbook.PrefixCode.END;
import static io.tunemesh.ingest.workbook.PrefixCode.INVALID;
import static io.tunemesh.ingest.workbook.PrefixCode.LITERAL;
import static io.tunemesh.ingest.workbook.PrefixCode.MORE;
import static io.tunemesh.ingest.workbook.PrefixCode.VALUE;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The two codes of a packed block: one of literals and lengths, one of distances. RFC 1951, 3.2.5
 * to 3.2.7.
 */
final class BlockCodes {

  static final int LITERAL_ROOT = 11;
  static final int LITERAL_MASK = (1 << LITERAL_ROOT) - 1;
  static final int LITERAL_POINTED = (1 << PrefixCode.LONGEST - LITERAL_ROOT) - 1;
  static final int DISTANCE_ROOT = 9;
  static final int DISTANCE_MASK = (1 << DISTANCE_ROOT) - 1;
  static final int DISTANCE_POINTED = (1 << PrefixCode.LONGEST - DISTANCE_ROOT) - 1;

  private static final int LITERALS = 288;
  private static final int MOST_LITERALS = 286;
  private static final int DISTANCES = 32;
  private static final int MOST_DISTANCES = 30;
  private static final int END_OF_BLOCK = 256;
  private static final int[] LITERAL_SYMBOLS = literalSymbols();
  private static final int[] DISTANCE_SYMBOLS = distanceSymbols();

  private static final int LENGTH_ROOT = 7;
  private static final int[] LENGTH_SYMBOLS = lengthSymbols();

  /** In what order the lengths stand of the code in which the other lengths do. */
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final PrefixCode literals = new PrefixCode(LITERAL_ROOT, LITERALS);
  private final PrefixCode distances = new PrefixCode(DISTANCE_ROOT, DISTANCES);
  private final PrefixCode ofLengths = new PrefixCode(LENGTH_ROOT, ORDER.length);
  private final byte[] lengths = new byte[LITERALS + DISTANCES];

  int[] literals() {
    return literals.entries();
  }

  int[] distances() {
    return distances.entries();
  }

  /** Become those that need not be said. */
  void fixed() throws ZipException {
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, LITERALS, (byte) 8);
    Arrays.fill(lengths, LITERALS, LITERALS + DISTANCES, (byte) 5);
    literals.become(lengths, 0, LITERALS, LITERAL_SYMBOLS, true);
    distances.become(lengths, LITERALS, DISTANCES, DISTANCE_SYMBOLS, true);
  }

  /** Become those that the head of a block says. */
  void read(PackedBits in) throws IOException {
    int ofLiterals = 257 + in.take(5);
    int ofDistances = 1 + in.take(5);
    if (ofLiterals > MOST_LITERALS || ofDistances > MOST_DISTANCES) {
      throw new ZipException("a block has too many lengths or distances");
    }
    int said = 4 + in.take(4);
    Arrays.fill(lengths, 0, ORDER.length, (byte) 0);
    for (int i = 0; i < said; i++) {
      lengths[ORDER[i]] = (byte) in.take(3);
    }
    ofLengths.become(lengths, 0, ORDER.length, LENGTH_SYMBOLS, false);
    lengths(in, ofLiterals + ofDistances);
    if (lengths[END_OF_BLOCK] == 0) {
      throw new ZipException("a block has no end");
    }
    literals.become(lengths, 0, ofLiterals, LITERAL_SYMBOLS, true);
    distances.become(lengths, ofLiterals, ofDistances, DISTANCE_SYMBOLS, true);
  }

  private void lengths(PackedBits in, int wanted) throws IOException {
    int done = 0;
    while (done < wanted) {
      int symbol = in.symbol(ofLengths.entries(), LENGTH_ROOT);
      if (symbol < 16) {
        lengths[done++] = (byte) symbol;
        continue;
      }
      if (symbol == 16 && done == 0) {
        throw new ZipException("a block repeats a length before the first");
      }
      byte length = symbol == 16 ? lengths[done - 1] : 0;
      int times =
          switch (symbol) {
            case 16 -> 3 + in.take(2);
            case 17 -> 3 + in.take(3);
            default -> 11 + in.take(7);
          };
      if (done + times > wanted) {
        throw new ZipException("a block has more lengths than it says");
      }
      Arrays.fill(lengths, done, done + times, length);
      done += times;
    }
  }

  private static int[] lengthSymbols() {
    int[] symbols = new int[19];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = i << VALUE;
    }
    return symbols;
  }

  private static int[] literalSymbols() {
    int[] symbols = new int[LITERALS];
    for (int i = 0; i < END_OF_BLOCK; i++) {
      symbols[i] = LITERAL | i << VALUE;
    }
    symbols[END_OF_BLOCK] = END;
    int length = 3;
    for (int i = 0; i < 28; i++) {
      int more = Math.max(0, i / 4 - 1);
      symbols[257 + i] = length << VALUE | more << MORE;
      length += 1 << more;
    }
    symbols[285] = 258 << VALUE;
    symbols[286] = INVALID;
    symbols[287] = INVALID;
    return symbols;
  }

  private static int[] distanceSymbols() {
    int[] symbols = new int[DISTANCES];
    int distance = 1;
    for (int i = 0; i < MOST_DISTANCES; i++) {
      int more = Math.max(0, i / 2 - 1);
      symbols[i] = distance << VALUE | more << MORE;
      distance += 1 << more;
    }
    symbols[30] = INVALID;
    symbols[31] = INVALID;
    return symbols;
  }
}
