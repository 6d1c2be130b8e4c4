package io.tunemesh.ingest.table;

import io.tunemesh.ingest.record.TextFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** The bytes of a text that are in memory, of which those from a row's first on stay there. */
final class PlainWindow implements Closeable {

  /** A row that is longer than this is left to a parser. */
  private static final int SIZE = 1 << 20;

  /** So much is read at a time, which a processor's cache still holds when it is looked at. */
  private static final int BLOCK = 1 << 17;

  private final InputStream in;
  private final byte[] bytes;
  private long passed;
  private int begin;
  private int end;

  PlainWindow(TextFile text) throws IOException {
    bytes = new byte[(int) Math.min(SIZE, Files.size(text.file()) + 1)];
    in = Files.newInputStream(text.file());
    in.skipNBytes(text.bom());
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where the row begins. */
  int begin() {
    return begin;
  }

  int end() {
    return end;
  }

  /** Has the next row begin at {@code next}. */
  void begin(int next) {
    begin = next;
  }

  /** How many bytes of the text stand before the row. */
  long offset() {
    return passed + begin;
  }

  /** Reads on behind the row's first bytes; false if there is no more, or no room. */
  boolean more() throws IOException {
    System.arraycopy(bytes, begin, bytes, 0, end - begin);
    passed += begin;
    end -= begin;
    begin = 0;
    int read = in.readNBytes(bytes, end, Math.min(BLOCK, bytes.length - end));
    end += read;
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
