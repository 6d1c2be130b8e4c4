package io.tunemesh.inference.job;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The lines of a JSONL file that hold something, with their places. */
public final class Lines implements Closeable {

  private final InputStream in;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int from;
  private int to;
  private long at;
  private long number;

  /**
   * @param longest of a line with more bytes no text is told
   */
  public Lines(InputStream in, int longest) {
    this(in, longest, 0);
  }

  /**
   * @param at how many bytes of the file come before {@code in}
   */
  Lines(InputStream in, int longest, long at) {
    this.in = in;
    this.longest = longest;
    this.at = at;
  }

  /** The next line that holds something; null at the end. */
  public Line next() throws IOException {
    while (hasMore()) {
      Line next = read();
      if (!next.isBlank()) {
        return next;
      }
    }
    return null;
  }

  private Line read() throws IOException {
    long start = at;
    boolean tooLong = false;
    boolean ended = false;
    line.reset();
    while (!ended && hasMore()) {
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      ended = end < to;
      tooLong |= line.size() + end - from > longest;
      if (!tooLong) {
        line.write(buffer, from, end - from);
      }
      at += end - from + (ended ? 1 : 0);
      from = ended ? end + 1 : end;
    }
    return new Line(++number, start, tooLong ? null : line.toByteArray());
  }

  private boolean hasMore() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, in.read(buffer));
    }
    return from < to;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * A line.
   *
   * @param number counts from 1
   * @param at its first byte in the file, from 0
   * @param bytes null if they are too many
   */
  public record Line(long number, long at, byte[] bytes) {

    /** Null if it is too long, or no UTF-8. */
    public String text() {
      if (bytes == null) {
        return null;
      }
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return at == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text;
      } catch (CharacterCodingException e) {
        return null;
      }
    }

    private boolean isBlank() {
      for (int i = 0; bytes != null && i < bytes.length; i++) {
        if (bytes[i] < 0) {
          String text = text();
          return text != null && text.isBlank();
        }
        if (!Character.isWhitespace(bytes[i])) {
          return false;
        }
      }
      return bytes != null;
    }
  }
}
