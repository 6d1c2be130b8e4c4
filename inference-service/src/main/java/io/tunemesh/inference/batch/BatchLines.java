package io.tunemesh.inference.batch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The lines of a JSONL file that hold something, with their numbers. */
final class BatchLines implements Closeable {

  /** What a request over HTTP may have. */
  static final int LONGEST = 16 << 20;

  private final InputStream in;
  private long number;

  BatchLines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /**
   * A line.
   *
   * @param number counts from 1
   * @param text null if it is too long, or no UTF-8
   */
  record Line(long number, String text) {}

  /** The next line that holds something; null at the end. */
  Line next() throws IOException {
    while (true) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      boolean tooLong = false;
      int next = in.read();
      if (next < 0) {
        return null;
      }
      number++;
      while (next >= 0 && next != '\n') {
        tooLong |= bytes.size() >= LONGEST;
        if (!tooLong) {
          bytes.write(next);
        }
        next = in.read();
      }
      if (tooLong) {
        return new Line(number, null);
      }
      String text = text(bytes.toByteArray());
      if (text == null || !text.isBlank()) {
        return new Line(number, text);
      }
    }
  }

  private String text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
