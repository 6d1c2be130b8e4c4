package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What one workbook has left: bytes, time, and the length of one piece of XML. Every stream of its
 * parts goes through here, so that no parser behind it can be kept busy for ever or be made to hold
 * one endless attribute.
 */
final class Budget {

  /** A cell of the longest kind, with every character written as a reference. */
  private static final int REFERENCE_BYTES = 10;

  private static final int TAG_BYTES = 65536;

  private final long endsAt;
  private final long maxPiece;
  private long bytesLeft;

  Budget(WorkbookConfig config) {
    this.endsAt = System.nanoTime() + config.timeout().toNanos();
    this.bytesLeft = config.maxBytes();
    this.maxPiece = (long) REFERENCE_BYTES * config.maxCellCharacters() + TAG_BYTES;
  }

  /** Refuses to go on when the time is over or the reading thread is told to stop. */
  void checkTime() {
    if (System.nanoTime() > endsAt || Thread.currentThread().isInterrupted()) {
      throw Unreadable.file(
          "timeout",
          "Reading the workbook took too long; split it, or save it anew without formatting.");
    }
  }

  /** The same bytes as {@code in}, at this budget's cost. */
  InputStream guard(InputStream in) {
    return new FilterInputStream(in) {
      private long piece;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        checkTime();
        int read = super.read(buffer, offset, length);
        for (int i = offset; i < offset + read; i++) {
          piece = buffer[i] == '<' ? 0 : piece + 1;
          if (piece > maxPiece) {
            throw Unreadable.file(
                "damaged", "The workbook holds a piece that no cell can be; save it anew.");
          }
        }
        spend(Math.max(read, 0));
        return read;
      }
    };
  }

  private void spend(int bytes) {
    bytesLeft -= bytes;
    if (bytesLeft < 0) {
      throw Unreadable.file(
          "too_large", "The workbook is too large when unpacked; split it into several files.");
    }
  }
}
