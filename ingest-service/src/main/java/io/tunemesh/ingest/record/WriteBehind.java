package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Passes bytes on by another thread, a large block at a time, so that who makes them need not wait
 * for the disk. A failure of that thread is thrown by a later write, or by {@link #close} at the
 * latest. What fits into one block needs no other thread.
 */
final class WriteBehind extends OutputStream {

  static final int BLOCK = 1 << 18;

  private final OutputStream out;
  private byte[] filling = new byte[BLOCK];
  private byte[] passing;
  private int filled;
  private ExecutorService other;
  private Future<?> passed;

  WriteBehind(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    for (int left = length; left > 0; ) {
      if (filled == BLOCK) {
        pass();
      }
      int some = Math.min(left, BLOCK - filled);
      System.arraycopy(bytes, at, filling, filled, some);
      filled += some;
      at += some;
      left -= some;
    }
  }

  private void pass() throws IOException {
    if (other == null) {
      passing = new byte[BLOCK];
      other =
          Executors.newSingleThreadExecutor(
              Thread.ofPlatform().daemon().name("write-behind").factory());
    } else {
      await();
    }
    byte[] block = filling;
    filling = passing;
    passing = block;
    filled = 0;
    passed =
        other.submit(
            () -> {
              out.write(block);
              return null;
            });
  }

  /** An interruption is left to who makes the bytes, as it was when these were written at once. */
  private void await() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          passed.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw new IOException(failed.getMessage(), failed); // a new one for each who is told
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Passes the rest on and closes the stream, which is closed whatever fails. */
  @Override
  public void close() throws IOException {
    try (out) {
      if (other != null) {
        other.shutdown();
        await();
      }
      out.write(filling, 0, filled);
      filled = 0;
    }
  }
}
