package io.tunemesh.ingest.parse;

import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.platform.blob.Digests;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Cuts lines into chunks while somebody reads them: each has whole lines, and is as short as it can
 * be with at least so many bytes, but for the last.
 */
final class Chunks extends FilterInputStream {

  private final long least;
  private final MessageDigest digest = Digests.sha256();
  private final List<Chunk> cut = new ArrayList<>();
  private long offset;
  private long bytes;
  private long rows;
  private boolean midLine;

  Chunks(InputStream lines, long least) {
    super(lines);
    this.least = least;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    int read = super.read(buffer, start, length);
    int from = start;
    for (int i = start; i < start + read; i++) {
      midLine = buffer[i] != '\n';
      rows += midLine ? 0 : 1;
      if (!midLine && bytes + i + 1 - from >= least) {
        take(buffer, from, i + 1);
        cut();
        from = i + 1;
      }
    }
    take(buffer, from, start + Math.max(0, read));
    return read;
  }

  private void take(byte[] buffer, int from, int to) {
    digest.update(buffer, from, to - from);
    bytes += to - from;
  }

  private void cut() {
    cut.add(new Chunk(offset, bytes, HexFormat.of().formatHex(digest.digest()), rows));
    offset += bytes;
    bytes = 0;
    rows = 0;
  }

  /** The chunks of what was read, in their order; the last line need not have an end. */
  List<Chunk> all() {
    if (bytes > 0) {
      rows += midLine ? 1 : 0;
      cut();
    }
    return List.copyOf(cut);
  }
}
