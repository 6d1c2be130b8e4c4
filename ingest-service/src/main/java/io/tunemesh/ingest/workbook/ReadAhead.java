package io.tunemesh.ingest.workbook;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a stream in a thread of its own, half a megabyte ahead, so that one core inflates while
 * another parses. What fails there fails here, when its turn comes.
 */
final class ReadAhead extends InputStream {

  private static final int BLOCK = 1 << 16;
  private static final int BLOCKS = 8;

  /**
   * @param length negative at the end, which {@code failure} may have made
   */
  private record Block(byte[] bytes, int length, Throwable failure) {}

  private final InputStream in;
  private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final Thread thread;
  private Block block = new Block(new byte[0], 0, null);
  private int position;

  ReadAhead(InputStream in) {
    this.in = in;
    for (int i = 0; i < BLOCKS; i++) {
      empty.add(new byte[BLOCK]);
    }
    this.thread = Thread.ofPlatform().name("inflate").daemon().start(this::fill);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (position == block.length()) {
      advance();
    }
    if (block.length() < 0) {
      return -1;
    }
    int read = Math.min(length, block.length() - position);
    System.arraycopy(block.bytes(), position, buffer, offset, read);
    position += read;
    return read;
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    in.close();
  }

  private void advance() throws IOException {
    try {
      if (block.bytes().length == BLOCK) {
        empty.put(block.bytes());
      }
      block = full.take();
      position = 0;
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    if (block.failure() instanceof RuntimeException failure) {
      throw failure;
    }
    if (block.failure() instanceof IOException failure) {
      throw failure;
    }
    if (block.failure() != null) {
      throw new IOException(block.failure());
    }
  }

  private void fill() {
    try {
      int length = 0;
      while (length >= 0) {
        byte[] bytes = empty.take();
        length = in.readNBytes(bytes, 0, BLOCK);
        length = length == 0 ? -1 : length;
        full.put(new Block(bytes, length, null));
      }
    } catch (InterruptedException e) {
      // nobody wants the rest
    } catch (Throwable e) {
      full.add(new Block(new byte[0], -1, e));
    }
  }
}
