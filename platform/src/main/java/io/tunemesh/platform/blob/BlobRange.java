package io.tunemesh.platform.blob;

import io.tunemesh.contract.BlobRef;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A part of a blob, read in pieces of some megabytes. A blob that ends early is an error; its
 * digest is not checked, since that takes all of it.
 */
public final class BlobRange extends InputStream {

  private static final int PIECE = 4 << 20;

  private final BlobStore blobs;
  private final String key;
  private final long end;
  private long position;
  private byte[] piece = new byte[0];
  private int read;

  /** The bytes from {@code from} to before {@code end}, which the blob has. */
  public BlobRange(BlobStore blobs, String key, long from, long end) {
    this.blobs = blobs;
    this.key = key;
    this.position = from;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (read == piece.length && !next()) {
      return -1;
    }
    int count = Math.min(length, piece.length - read);
    System.arraycopy(piece, read, target, offset, count);
    read += count;
    return count;
  }

  private boolean next() throws IOException {
    if (position == end) {
      return false;
    }
    long size = Math.min(PIECE, end - position);
    piece = blobs.read(new BlobRef(key, null, size), position);
    if (piece.length != size) {
      throw new EOFException("the blob %s ends early".formatted(key));
    }
    position += size;
    read = 0;
    return true;
  }
}
