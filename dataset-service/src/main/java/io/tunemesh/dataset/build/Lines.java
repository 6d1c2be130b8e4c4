package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** JSON lines on their way into a blob, on disk meanwhile. */
final class Lines implements Closeable {

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final Path file;
  private final OutputStream out;
  private long count;

  Lines(Path file) throws IOException {
    this(file, 0, Files.newOutputStream(file));
  }

  private Lines(Path file, long count, OutputStream out) {
    this.file = file;
    this.count = count;
    this.out = new BufferedOutputStream(out, 1 << 16);
  }

  /** Goes on with lines that were closed. */
  static Lines onto(Lines closed) throws IOException {
    OutputStream out = Files.newOutputStream(closed.file, StandardOpenOption.APPEND);
    return new Lines(closed.file, closed.count, out);
  }

  void add(Object value) throws IOException {
    JSON.writeValue(out, value);
    out.write('\n');
    count++;
  }

  /** Adds a line that is written already, with its end. */
  void add(byte[] line, int length) throws IOException {
    out.write(line, 0, length);
    count++;
  }

  long count() {
    return count;
  }

  Path file() {
    return file;
  }

  /** Ends the lines and stores them. */
  BlobRef store(BlobStore blobs, String key) throws IOException {
    close();
    try (InputStream in = Files.newInputStream(file)) {
      return blobs.put(key, in);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
