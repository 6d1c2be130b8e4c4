package io.tunemesh.inference.job;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobRange;
import io.tunemesh.platform.blob.BlobStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;

/** The rows of a sound input, one JSON value a line, from a place in it on. */
final class Rows implements Closeable {

  private final Lines lines;
  private long index;

  Rows(InputStream in, long index, long at) {
    this.lines = new Lines(in, Integer.MAX_VALUE, at);
    this.index = index;
  }

  /**
   * @param left what an earlier attempt has left; null for all rows
   */
  static Rows of(BlobStore blobs, BlobRef input, Left left) throws IOException {
    return left == null
        ? new Rows(blobs.open(input), 0, 0)
        : new Rows(from(blobs, input, left.at()), left.row(), left.at());
  }

  private static InputStream from(BlobStore blobs, BlobRef input, long at) throws IOException {
    if (input.bytes() != null) {
      return new BlobRange(blobs, input.key(), at, input.bytes());
    }
    InputStream in = blobs.open(input);
    in.skipNBytes(at);
    return in;
  }

  /** The next row that is not {@code done}; those are passed over unread. Null at the end. */
  Row next(BitSet done) throws IOException {
    Lines.Line line = lines.next();
    while (line != null && done.get((int) index)) {
      index++;
      line = lines.next();
    }
    return line == null ? null : new Row(index++, line.at(), Json.MAPPER.readTree(line.text()));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
