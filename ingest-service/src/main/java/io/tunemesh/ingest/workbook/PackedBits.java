package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.workbook.PrefixCode.END;
import static io.tunemesh.ingest.workbook.PrefixCode.VALUE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The bits of a DEFLATE stream, the lowest of each byte first: RFC 1951, 3.1.1. Eight bytes are
 * looked at for every refill. Behind the last byte there are zeros, so that the end need not be
 * looked for at each bit: {@link #requireThere} tells whether it was passed.
 */
final class PackedBits {

  /** More than the head of a block has: 14 bits, 19 lengths, and 320 more of 14 bits each. */
  static final int HEAD = 1 << 10;

  /** Bits that are there after a refill, at least. */
  static final int REFILLED = 56;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int ROOM = 1 << 16;

  /** The bytes from {@link #at} to {@link #end} were not looked at. */
  final byte[] bytes = new byte[ROOM + HEAD];

  int at;
  int end;

  /** The next bits. Those above {@link #count} are right as well, or zero. */
  long bits;

  int count;

  private final InputStream in;
  private boolean isPadded;
  private long got;

  PackedBits(InputStream in) {
    this.in = in;
  }

  /** Takes so many bits, 16 at most, of the head of a block. */
  int take(int wanted) {
    refill();
    int found = (int) bits & (1 << wanted) - 1;
    bits >>>= wanted;
    count -= wanted;
    return found;
  }

  /** Takes a symbol of the head of a block. The code's entries have no pointers. */
  int symbol(int[] entries, int root) throws ZipException {
    refill();
    int entry = entries[(int) bits & (1 << root) - 1];
    if ((entry & END) != 0) {
      throw new ZipException("the head of a block has bits that are no code");
    }
    bits >>>= entry;
    count -= entry & 63;
    return entry >>> VALUE;
  }

  /** Has the next byte be the first that was not looked at. */
  void align() {
    giveBack();
    bits = 0;
    count = 0;
  }

  /** Gets bytes until so many were not looked at, those behind the last included. */
  void need(int least) throws IOException {
    if (end - at >= least) {
      return;
    }
    giveBack();
    System.arraycopy(bytes, at, bytes, 0, end - at);
    end -= at;
    at = 0;
    while (end < least && !isPadded) {
      int read = in.read(bytes, end, ROOM - end);
      if (read < 0) {
        Arrays.fill(bytes, end, end + HEAD, (byte) 0);
        isPadded = true;
        read = HEAD;
      }
      end += read;
      got += read;
    }
  }

  /**
   * To be called before {@link #HEAD} bytes more are taken.
   *
   * @throws EOFException if something was taken that is behind the last byte
   */
  void requireThere() throws EOFException {
    if (isPadded && end - at + (count >>> 3) < HEAD) {
      throw new EOFException("what was packed is cut off");
    }
  }

  /** Bytes that were taken, the last perhaps not whole. */
  long taken() {
    return got - (end - at) - (count >>> 3);
  }

  private void refill() {
    bits |= (long) LONG.get(bytes, at) << count;
    at += 63 - count >>> 3;
    count |= REFILLED;
  }

  private void giveBack() {
    at -= count >>> 3;
    count &= 7;
    bits &= (1L << count) - 1;
  }
}
