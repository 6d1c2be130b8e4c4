package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.workbook.PackedBits.REFILLED;
import static io.tunemesh.ingest.workbook.PrefixCode.END;
import static io.tunemesh.ingest.workbook.PrefixCode.MORE;
import static io.tunemesh.ingest.workbook.PrefixCode.NONE;
import static io.tunemesh.ingest.workbook.PrefixCode.POINTER;
import static io.tunemesh.ingest.workbook.PrefixCode.VALUE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.apache.commons.compress.utils.InputStreamStatistics;

/**
 * Inflates what DEFLATE packed (RFC 1951), in two thirds of zlib's time: it looks at eight bytes of
 * its input at once, and copies what is repeated by eight bytes. It accepts what zlib accepts; of
 * anything else a read fails, and each after it.
 */
final class InflateStream extends InputStream implements InputStreamStatistics {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** How far back repeated bytes may lie. */
  private static final int WINDOW = 1 << 15;

  private static final int FULL = WINDOW + (1 << 17);

  /** What may be put behind a full output: two literals and a repetition of 258, by eight bytes. */
  private static final int BEHIND = 300;

  /** Bytes that are looked at between two looks at what is left. */
  private static final int ROUND = 16;

  private static final int DISTANCE_BITS = 15 + 13;

  private enum State {
    HEAD,
    STORED,
    PACKED,
    DONE
  }

  private final InputStream in;
  private final PackedBits packed;
  private final BlockCodes codes = new BlockCodes();
  private final byte[] output = new byte[FULL + BEHIND];
  private int from;
  private int end;
  private long inflated;
  private State state = State.HEAD;
  private boolean isLast;
  private int stored;
  private IOException failure;

  /** Inflates {@code in}, which it closes. */
  InflateStream(InputStream in) {
    this.in = in;
    this.packed = new PackedBits(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (from == end) {
      inflate();
    }
    if (from == end) {
      return -1;
    }
    int read = Math.min(length, end - from);
    System.arraycopy(output, from, buffer, offset, read);
    from += read;
    return read;
  }

  @Override
  public long getCompressedCount() {
    return packed.taken();
  }

  @Override
  public long getUncompressedCount() {
    return inflated;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Fills the output, unless the stream ends before. */
  private void inflate() throws IOException {
    if (failure != null) {
      throw failure;
    }
    int kept = Math.min(end, WINDOW);
    System.arraycopy(output, end - kept, output, 0, kept);
    from = kept;
    end = kept;
    try {
      while (state != State.DONE && end < FULL) {
        state =
            switch (state) {
              case HEAD -> begin();
              case STORED -> copy();
              default -> repeat();
            };
        packed.requireThere();
      }
    } catch (IOException e) {
      failure = e;
      end = from;
      throw e;
    }
    inflated += end - from;
  }

  /** Reads the head of a block. */
  private State begin() throws IOException {
    if (isLast) {
      return State.DONE;
    }
    packed.need(PackedBits.HEAD);
    isLast = packed.take(1) == 1;
    switch (packed.take(2)) {
      case 0 -> {
        packed.align();
        stored = packed.take(16);
        if (packed.take(16) != (stored ^ 0xffff)) {
          throw new ZipException("a block that is not packed has no length");
        }
        packed.align();
        return stored == 0 ? State.HEAD : State.STORED;
      }
      case 1 -> codes.fixed();
      case 2 -> codes.read(packed);
      default -> throw new ZipException("a block is of no known kind");
    }
    return State.PACKED;
  }

  private State copy() throws IOException {
    packed.need(1);
    int length = Math.min(stored, Math.min(FULL - end, packed.end - packed.at));
    System.arraycopy(packed.bytes, packed.at, output, end, length);
    packed.at += length;
    end += length;
    stored -= length;
    return stored == 0 ? State.HEAD : State.STORED;
  }

  /**
   * Puts out literals and repetitions while there is room, input, and more of the block. All that
   * changes is local, and the loop is one: the compiler keeps it in registers.
   */
  private State repeat() throws IOException {
    packed.need(ROUND);
    byte[] input = packed.bytes;
    byte[] output = this.output;
    int[] literals = codes.literals();
    int[] distances = codes.distances();
    long bits = packed.bits;
    int count = packed.count;
    int at = packed.at;
    int last = packed.end - ROUND;
    int to = end;
    State next = State.PACKED;
    while (at <= last && to < FULL) {
      bits |= (long) LONG.get(input, at) << count;
      at += 63 - count >>> 3;
      count |= REFILLED;
      int entry = literals[(int) bits & BlockCodes.LITERAL_MASK];
      if (entry < 0) {
        output[to++] = (byte) (entry >> VALUE);
        bits >>>= entry;
        count -= entry & 63;
        entry = literals[(int) bits & BlockCodes.LITERAL_MASK];
        if (entry < 0) {
          output[to++] = (byte) (entry >> VALUE);
          bits >>>= entry;
          count -= entry & 63;
          entry = literals[(int) bits & BlockCodes.LITERAL_MASK];
        }
      }
      if ((entry & POINTER) != 0) {
        int rest = (int) bits >>> BlockCodes.LITERAL_ROOT & BlockCodes.LITERAL_POINTED;
        entry = literals[(entry >>> VALUE) + rest];
      }
      bits >>>= entry;
      count -= entry & 63;
      if (entry < 0) {
        output[to++] = (byte) (entry >> VALUE);
        continue;
      }
      if ((entry & END) != 0) {
        if ((entry & NONE) != 0) {
          throw new ZipException("bits are no literal and no length");
        }
        next = State.HEAD;
        break;
      }
      int more = entry >>> MORE & 15;
      int length = (entry >>> VALUE) + ((int) bits & (1 << more) - 1);
      bits >>>= more;
      count -= more;
      if (count < DISTANCE_BITS) {
        bits |= (long) LONG.get(input, at) << count;
        at += 63 - count >>> 3;
        count |= REFILLED;
      }
      entry = distances[(int) bits & BlockCodes.DISTANCE_MASK];
      if ((entry & POINTER) != 0) {
        int rest = (int) bits >>> BlockCodes.DISTANCE_ROOT & BlockCodes.DISTANCE_POINTED;
        entry = distances[(entry >>> VALUE) + rest];
      }
      if ((entry & END) != 0) {
        throw new ZipException("bits are no distance");
      }
      bits >>>= entry;
      count -= entry & 63;
      more = entry >>> MORE & 15;
      int distance = (entry >>> VALUE) + ((int) bits & (1 << more) - 1);
      bits >>>= more;
      count -= more;
      if (distance > to) {
        throw new ZipException("a distance goes back beyond the start");
      }
      repeat(output, to - distance, to, length);
      to += length;
    }
    packed.bits = bits;
    packed.count = count;
    packed.at = at;
    end = to;
    return next;
  }

  /** Copies a repetition, which may begin in itself. Up to 13 bytes behind it are no matter. */
  private static void repeat(byte[] output, int from, int to, int length) {
    if (to - from >= 8) {
      LONG.set(output, to, (long) LONG.get(output, from));
      LONG.set(output, to + 8, (long) LONG.get(output, from + 8));
      for (int i = 16; i < length; i += 8) {
        LONG.set(output, to + i, (long) LONG.get(output, from + i));
      }
    } else if (to - from == 1) {
      Arrays.fill(output, to, to + length, output[from]);
    } else {
      for (int i = 0; i < length; i++) {
        output[to + i] = output[from + i];
      }
    }
  }
}
