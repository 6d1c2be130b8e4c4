package io.tunemesh.ingest.workbook;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that are first written, then read here and there, mostly near where they were read before.
 * Their start lies in memory; the rest in a file, which is gone when this is closed, with 4 MB of
 * it in memory.
 */
final class SpoolFile implements Closeable {

  private static final int BLOCK = 1 << 14;
  private static final int BLOCKS = 256;

  private final Path folder;
  private final long memory;
  private final List<byte[]> start = new ArrayList<>();
  private FileChannel file;
  private byte[] tail = new byte[BLOCK];
  private int inTail;
  private long length;
  private final byte[][] blocks = new byte[BLOCKS][];
  private final long[] held = new long[BLOCKS];

  /**
   * @param memory bytes of the start
   */
  SpoolFile(Path folder, long memory) {
    this.folder = folder;
    this.memory = memory;
    Arrays.fill(held, -1);
  }

  /** Adds at its end; to be called before anything is read. */
  void append(byte[] bytes, int start, int size) throws IOException {
    for (int done = 0; done < size; ) {
      int part = Math.min(size - done, BLOCK - inTail);
      System.arraycopy(bytes, start + done, tail, inTail, part);
      done += part;
      inTail += part;
      if (inTail == BLOCK) {
        flush();
      }
    }
    length += size;
  }

  /** How many bytes were added. */
  long length() {
    return length;
  }

  /** Puts {@code size} of the bytes from {@code start} on into {@code into}. */
  void read(long start, int size, byte[] into, int at) throws IOException {
    for (int done = 0; done < size; ) {
      int within = (int) ((start + done) % BLOCK);
      int part = Math.min(size - done, BLOCK - within);
      System.arraycopy(block((start + done) / BLOCK), within, into, at + done, part);
      done += part;
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private void flush() throws IOException {
    if ((start.size() + 1L) * BLOCK <= memory) {
      start.add(tail);
      tail = new byte[BLOCK];
    } else {
      if (file == null) {
        file = open();
      }
      ByteBuffer block = ByteBuffer.wrap(tail);
      while (block.hasRemaining()) {
        file.write(block);
      }
    }
    inTail = 0;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        Files.createTempFile(folder, "spool", null),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private byte[] block(long number) throws IOException {
    if (number < start.size()) {
      return start.get((int) number);
    }
    if (number == length / BLOCK) {
      return tail;
    }
    int slot = (int) (number % BLOCKS);
    if (blocks[slot] == null) {
      blocks[slot] = new byte[BLOCK];
    }
    if (held[slot] != number) {
      held[slot] = -1;
      ByteBuffer block = ByteBuffer.wrap(blocks[slot]);
      long position = (number - start.size()) * BLOCK;
      while (block.hasRemaining()) {
        if (file.read(block, position + block.position()) < 0) {
          throw new EOFException("the spool file was cut off");
        }
      }
      held[slot] = number;
    }
    return blocks[slot];
  }
}
