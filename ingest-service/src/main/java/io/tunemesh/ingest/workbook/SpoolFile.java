package io.tunemesh.ingest.workbook;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file that is first written, then read here and there, mostly near where it was read before, and
 * is gone when this is closed. It holds 4 MB of itself in memory.
 */
final class SpoolFile implements Closeable {

  private static final int BLOCK = 1 << 14;
  private static final int BLOCKS = 256;

  private final FileChannel file;
  private final ByteBuffer tail = ByteBuffer.allocate(BLOCK);
  private long length;
  private final ByteBuffer[] blocks = new ByteBuffer[BLOCKS];
  private final long[] held = new long[BLOCKS];

  SpoolFile(Path folder) throws IOException {
    file =
        FileChannel.open(
            Files.createTempFile(folder, "spool", null),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    Arrays.fill(held, -1);
  }

  /** Adds at its end; to be called before anything is read. */
  void append(byte[] bytes) throws IOException {
    for (int done = 0; done < bytes.length; ) {
      int part = Math.min(bytes.length - done, tail.remaining());
      tail.put(bytes, done, part);
      done += part;
      if (!tail.hasRemaining()) {
        flush();
      }
    }
    length += bytes.length;
  }

  /** How many bytes were added. */
  long length() {
    return length;
  }

  /** The UTF-8 text there. */
  String text(long start, int size) throws IOException {
    flush();
    int within = (int) (start % BLOCK);
    if (within + size <= BLOCK) {
      return new String(block(start / BLOCK).array(), within, size, StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[size];
    for (int done = 0; done < size; ) {
      within = (int) ((start + done) % BLOCK);
      int part = Math.min(size - done, BLOCK - within);
      System.arraycopy(block((start + done) / BLOCK).array(), within, bytes, done, part);
      done += part;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void flush() throws IOException {
    tail.flip();
    while (tail.hasRemaining()) {
      file.write(tail);
    }
    tail.clear();
  }

  private ByteBuffer block(long number) throws IOException {
    int slot = (int) (number % BLOCKS);
    if (blocks[slot] == null) {
      blocks[slot] = ByteBuffer.allocate(BLOCK);
    }
    if (held[slot] != number) {
      held[slot] = -1;
      ByteBuffer block = blocks[slot].clear();
      long start = number * BLOCK;
      block.limit((int) Math.min(BLOCK, length - start));
      while (block.hasRemaining()) {
        if (file.read(block, start + block.position()) < 0) {
          throw new EOFException("the spool file was cut off");
        }
      }
      held[slot] = number;
    }
    return blocks[slot];
  }
}
