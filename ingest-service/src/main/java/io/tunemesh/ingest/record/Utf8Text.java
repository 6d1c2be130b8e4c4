package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A look over bytes for UTF-8, which most text is: several times faster than to decode it. It only
 * finds that all is well; what is not, and where, {@link Decoding} says.
 */
final class Utf8Text {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH = 0x8080808080808080L;
  private static final long LOW = 0x0101010101010101L;
  private static final int BLOCK = 1 << 16;

  /** Two characters of three bytes, the first of which stands lowest. */
  private static final long THREES_MASK = 0x0000c0c0f0c0c0f0L;

  private static final long THREES = 0x00008080e08080e0L;

  /** The first bytes of three, by their lower half, after which any two others may follow. */
  private static final int FREE = 0xdffe;

  /** The longest character has four bytes, three of which may stand in the next block. */
  private static final int LONGEST = 4;

  /** For shorter files no thread is worth its start. */
  private static final int LONG = 1 << 22;

  private Utf8Text() {}

  /**
   * How many UTF-16 characters {@code file} has from byte {@code from} on, if every one of these
   * bytes is text in UTF-8 and none is zero; else -1. The halves of a long file are looked over at
   * the same time.
   */
  static long characters(Path file, long from) throws IOException {
    long size = Files.size(file);
    if (size - from < LONG) {
      return characters(file, from, size);
    }
    long middle = start(file, (from + size) / 2);
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<Long> later = beside.submit(() -> characters(file, middle, size));
      long first = characters(file, from, middle);
      return first < 0 || later.get() < 0 ? -1 : first + later.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a file was looked over");
    }
  }

  private static long characters(Path file, long from, long to) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      return characters(in, to - from);
    }
  }

  /** Where the next character starts at {@code at} or behind it, in a text. */
  private static long start(Path file, long at) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(at);
      int more = 0;
      while (more < LONGEST && (in.read() & 0xc0) == 0x80) {
        more++;
      }
      return at + more;
    }
  }

  /** The same of the next {@code most} bytes of a stream, or up to its end. */
  static long characters(InputStream in, long most) throws IOException {
    byte[] bytes = new byte[BLOCK + LONGEST];
    long characters = 0;
    long toRead = most;
    int left = 0;
    while (true) {
      int read = in.readNBytes(bytes, left, (int) Math.min(BLOCK, toRead));
      toRead -= read;
      int end = left + read;
      boolean last = read < BLOCK;
      int i = 0;
      int stop = last ? end : end - LONGEST + 1;
      while (i < stop) {
        int c = bytes[i];
        if (c > 0) {
          int next = ascii(bytes, i, end);
          characters += next - i;
          i = next;
        } else if ((c & 0xf0) == 0xe0 && i + Long.BYTES <= end && areTwo(bytes, i)) {
          characters += 2;
          i += 6;
        } else {
          int size = i + LONGEST <= end ? size(bytes, i) : sizeAtEnd(bytes, i, end);
          if (size == 0) {
            return -1;
          }
          characters += size == LONGEST ? 2 : 1;
          i += size;
        }
      }
      if (last) {
        return characters;
      }
      left = end - i;
      System.arraycopy(bytes, i, bytes, 0, left);
    }
  }

  /** Where the ASCII ends that begins at {@code i}; a zero is none. */
  private static int ascii(byte[] bytes, int i, int end) {
    while (i + Long.BYTES <= end) {
      long eight = (long) LONGS.get(bytes, i);
      if (((eight | (eight - LOW)) & HIGH) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] > 0) {
      i++;
    }
    return i;
  }

  /** Whether two characters of three bytes begin at {@code i}, as nearly all of Chinese are. */
  private static boolean areTwo(byte[] bytes, int i) {
    long eight = (long) LONGS.get(bytes, i);
    int free = FREE >>> (eight & 0x0f) & FREE >>> (eight >>> 24 & 0x0f) & 1;
    return (eight & THREES_MASK) == THREES && free != 0;
  }

  /** The bytes of the character beyond ASCII at {@code i}; 0 if it is none. Unicode 16, 3.9. */
  private static int size(byte[] bytes, int i) {
    int c = bytes[i];
    int c1 = bytes[i + 1];
    if ((c1 & 0xc0) != 0x80) {
      return 0;
    }
    if ((c & 0xf0) == 0xe0) {
      int code = (c & 0x0f) << 12 | (c1 & 0x3f) << 6;
      boolean whole = (bytes[i + 2] & 0xc0) == 0x80 && code >= 0x800 && code >> 11 != 0x1b;
      return whole ? 3 : 0;
    }
    if ((c & 0xe0) == 0xc0) {
      return (c & 0x1e) == 0 ? 0 : 2;
    }
    int code = (c & 0x07) << 18 | (c1 & 0x3f) << 12;
    boolean whole =
        (c & 0xf8) == 0xf0
            && (bytes[i + 2] & 0xc0) == 0x80
            && (bytes[i + 3] & 0xc0) == 0x80
            && code >= 0x10000
            && code <= 0x10ffff;
    return whole ? LONGEST : 0;
  }

  private static int sizeAtEnd(byte[] bytes, int i, int end) {
    byte[] some = new byte[LONGEST];
    System.arraycopy(bytes, i, some, 0, end - i);
    int size = size(some, 0);
    return size <= end - i ? size : 0;
  }
}
