package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * What one workbook has left: bytes, and the length of one piece of XML. Every stream of its parts
 * goes through here, so that no parser behind it can be kept busy for ever or made to hold one
 * endless attribute.
 */
final class Budget {

  /** A cell of the longest kind, with every character written as a reference. */
  private static final int REFERENCE_BYTES = 10;

  private static final int TAG_BYTES = 65536;

  private final long maxPiece;
  private final long maxBytes;
  private long bytesLeft;

  Budget(WorkbookConfig config) {
    this.maxBytes = config.maxBytes();
    this.bytesLeft = maxBytes;
    this.maxPiece = (long) REFERENCE_BYTES * config.maxCellCharacters() + TAG_BYTES;
  }

  /** What is read a second time costs nothing. */
  void restart() {
    bytesLeft = maxBytes;
  }

  /**
   * The same bytes as {@code in}, at this budget's cost.
   *
   * @param crc what their CRC-32 must be at the end, or a negative number
   */
  InputStream guard(InputStream in, long crc) {
    return new FilterInputStream(in) {
      private final CRC32 sum = new CRC32();
      private long piece;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
          spend(read);
          sum.update(buffer, offset, read);
          piece = piece(buffer, offset, read, piece);
        } else if (read < 0 && crc >= 0 && sum.getValue() != crc) {
          throw Unreadable.file(
              "damaged", "The workbook's bytes changed on their way; upload it again.");
        }
        return read;
      }
    };
  }

  /**
   * How long the piece of XML is at whose end {@code read} bytes leave it. Pieces within a buffer
   * are not looked at: a buffer is shorter than any that is too long.
   */
  private long piece(byte[] buffer, int offset, int read, long before) {
    int first = 0;
    while (first < read && buffer[offset + first] != '<') {
      first++;
    }
    if (before + first > maxPiece) {
      throw Unreadable.file(
          "damaged", "The workbook holds a piece that no cell can be; save it anew.");
    }
    if (first == read) {
      return before + read;
    }
    int last = read - 1;
    while (buffer[offset + last] != '<') {
      last--;
    }
    return read - last;
  }

  private void spend(int bytes) {
    bytesLeft -= bytes;
    if (bytesLeft < 0) {
      throw Unreadable.file(
          "too_large", "The workbook is too large when unpacked; split it into several files.");
    }
  }
}
