package io.tunemesh.ingest.record;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** A stream of bounded length: what is packed or sent may be longer than it says. */
public final class Limited extends FilterInputStream {

  private final Supplier<Unreadable> tooLong;
  private long left;

  /**
   * The bytes of {@code in}.
   *
   * @param tooLong what is thrown when there are more than {@code most}
   */
  public Limited(InputStream in, long most, Supplier<Unreadable> tooLong) {
    super(in);
    this.left = most;
    this.tooLong = tooLong;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    left -= Math.max(read, 0);
    if (left < 0) {
      throw tooLong.get();
    }
    return read;
  }
}
