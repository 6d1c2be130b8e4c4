package io.tunemesh.ingest.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/** Lines with their numbers, none of which may be longer than the limit. */
public final class Lines implements Closeable {

  private final Reader in;
  private final int most;
  private final char[] buffer = new char[16384];
  private int at;
  private int end;
  private int number;
  private boolean afterReturn;

  /** The lines of {@code text}, of {@code most} characters each. */
  public Lines(TextFile text, int most) throws IOException {
    this.in = text.reader();
    this.most = most;
  }

  /** The next line without its end, which is a line feed, a carriage return, or both; or null. */
  public String next() throws IOException {
    StringBuilder line = null;
    while (true) {
      if (at == end && !fill()) {
        return line == null ? null : line.toString();
      }
      if (afterReturn) {
        afterReturn = false;
        if (buffer[at] == '\n') {
          at++;
          continue;
        }
      }
      if (line == null) {
        line = new StringBuilder();
        number++;
      }
      int from = at;
      while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
        at++;
      }
      line.append(buffer, from, at - from);
      if (line.length() > most) {
        throw Unreadable.at(
            null,
            number,
            null,
            "line_too_long",
            "Line %,d has more than %,d characters; break it into several lines."
                .formatted(number, most));
      }
      if (at < end) {
        afterReturn = buffer[at++] == '\r';
        return line.toString();
      }
    }
  }

  /** The number of the line that was given last, from 1. */
  public int number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(in.read(buffer), 0);
    return end > 0;
  }
}
