package io.tunemesh.dataset.clean;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers in a temporary file, which the system holds in memory as far as there is room, so that
 * none of the heap is needed for them. The file is gone when it is closed, or its process is. It is
 * for one thread.
 */
final class FileLongs implements Closeable {

  /** Longs that are mapped at a time, as a power of two. */
  private static final int PIECE = 16;

  private static final int MASK = (1 << PIECE) - 1;
  private static final int BYTES = Long.BYTES << PIECE;

  private final List<MemorySegment> pieces = new ArrayList<>();
  private Arena arena;
  private FileChannel file;
  private long size;

  /** How many there are. */
  long size() {
    return size;
  }

  /**
   * Adds one at the end.
   *
   * @throws UncheckedIOException if the disk is full
   */
  void add(long number) {
    if (size >> PIECE == pieces.size()) {
      map();
    }
    set(size++, number);
  }

  /** Adds zeros at the end until there are so many. */
  void fill(long count) {
    while ((long) pieces.size() << PIECE < count) {
      map();
    }
    size = count;
  }

  long get(long index) {
    return pieces.get((int) (index >> PIECE)).getAtIndex(ValueLayout.JAVA_LONG, index & MASK);
  }

  void set(long index, long number) {
    pieces.get((int) (index >> PIECE)).setAtIndex(ValueLayout.JAVA_LONG, index & MASK, number);
  }

  /**
   * Maps one more piece. It is written first: a full disk is an exception here, and a crash later.
   */
  private void map() {
    try {
      if (file == null) {
        arena = Arena.ofConfined();
        Path path = Files.createTempFile("compared", null);
        file =
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      }
      long start = (long) pieces.size() * BYTES;
      ByteBuffer zeros = ByteBuffer.allocate(BYTES);
      while (zeros.hasRemaining()) {
        file.write(zeros, start + zeros.position());
      }
      pieces.add(file.map(MapMode.READ_WRITE, start, BYTES, arena));
    } catch (IOException e) {
      throw new UncheckedIOException("there is no room on the disk for what is compared", e);
    }
  }

  @Override
  public void close() {
    if (file == null) {
      return;
    }
    arena.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
