package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.LocalFile;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/**
 * JSON lines on their way into a blob, on disk meanwhile. A disk that does not take them is {@link
 * UncheckedIOException}.
 */
final class Lines implements Closeable {

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final OutputStream out;
  private long count;

  Lines(Path file) {
    this(file, 0, LocalFile.create(file));
  }

  private Lines(Path file, long count, OutputStream out) {
    this.file = file;
    this.count = count;
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  /** Goes on with lines that were closed. */
  static Lines onto(Lines closed) {
    return new Lines(closed.file, closed.count, LocalFile.append(closed.file));
  }

  void add(Object value) throws IOException {
    try {
      JSON.writeValue(out, value);
    } catch (IOException e) { // which hides what the file throws
      throw new UncheckedIOException(e);
    }
    out.write('\n');
    count++;
  }

  /** What writes a line without its end. */
  interface Line {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Adds a line that is written already. */
  void add(Line line) throws IOException {
    line.writeTo(out);
    out.write('\n');
    count++;
  }

  /** Adds those lines of a file that are chosen by their place in it, from 0. */
  void add(Path lines, LongPredicate chosen) throws IOException {
    byte[] bytes = new byte[BUFFER];
    long index = 0;
    boolean taken = chosen.test(0);
    try (InputStream in = Files.newInputStream(lines)) {
      for (int read = in.read(bytes); read > 0; read = in.read(bytes)) {
        int written = 0;
        for (int i = 0; i < read; i++) {
          if (bytes[i] != '\n') {
            continue;
          }
          boolean next = chosen.test(++index);
          count += taken ? 1 : 0;
          if (next != taken) {
            out.write(bytes, written, taken ? i + 1 - written : 0);
            written = i + 1;
            taken = next;
          }
        }
        out.write(bytes, written, taken ? read - written : 0);
      }
    }
  }

  long count() {
    return count;
  }

  Path file() {
    return file;
  }

  /** Ends the lines and stores them; their file may be gone afterwards. */
  BlobRef store(BlobStore blobs, String key) throws IOException {
    close();
    return blobs.take(key, file);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
