package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads some of the lines of {@link ExampleLine} that a build left, by their numbers from 0, which
 * must rise. It passes over the others without reading what they say.
 */
final class ExampleFile implements Closeable {

  private static final ObjectReader READER = Json.MAPPER.readerFor(Seen.class);

  /** What a report looks at in a line. */
  record Seen(
      String id,
      String split,
      String recipe,
      List<Turn> messages,
      String text,
      String language,
      List<JsonNode> items,
      JsonNode structure,
      ExampleLine.Lineage lineage) {}

  private final InputStream in;
  private final byte[] bytes = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int at;
  private int end;
  private int next;

  ExampleFile(Path file) throws IOException {
    in = Files.newInputStream(file);
  }

  Seen at(int number) throws IOException {
    for (; next < number; next++) {
      take(false);
    }
    line.reset();
    take(true);
    next++;
    return READER.readValue(line.toByteArray());
  }

  /** Goes behind the end of the line. */
  private void take(boolean wanted) throws IOException {
    while (true) {
      int from = at;
      while (at < end && bytes[at] != '\n') {
        at++;
      }
      if (wanted) {
        line.write(bytes, from, at - from);
      }
      if (at < end) {
        at++;
        return;
      }
      end = in.read(bytes);
      at = 0;
      if (end < 0) {
        throw new EOFException("the file of examples has fewer lines than were written");
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
