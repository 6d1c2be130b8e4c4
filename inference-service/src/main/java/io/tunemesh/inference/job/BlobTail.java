package io.tunemesh.inference.job;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A blob from one of its bytes on, read piece by piece. Its digest is not checked, since that takes
 * all of it.
 */
final class BlobTail extends InputStream {

  private static final int PIECE = 1 << 20;

  private final BlobStore blobs;
  private final BlobRef blob;
  private long position;
  private byte[] piece = new byte[0];
  private int read;

  private BlobTail(BlobStore blobs, BlobRef blob, long from) {
    this.blobs = blobs;
    this.blob = blob;
    this.position = from;
  }

  static InputStream of(BlobStore blobs, BlobRef blob, long from) throws IOException {
    if (blob.bytes() != null) {
      return new BlobTail(blobs, blob, from);
    }
    InputStream in = blobs.open(blob);
    in.skipNBytes(from);
    return in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (read == piece.length) {
      int size = (int) Math.min(PIECE, blob.bytes() - position);
      if (size == 0) {
        return -1;
      }
      piece = blobs.read(new BlobRef(blob.key(), null, (long) size), position);
      if (piece.length != size) {
        throw new EOFException("the blob %s ends early".formatted(blob.key()));
      }
      position += size;
      read = 0;
    }
    int count = Math.min(length, piece.length - read);
    System.arraycopy(piece, read, target, offset, count);
    read += count;
    return count;
  }
}
