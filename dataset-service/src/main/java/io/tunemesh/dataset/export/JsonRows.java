package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.function.Function;

/** Examples as JSON, one a line, in an array or on their own. */
final class JsonRows implements ExampleWriter {

  private static final ObjectWriter JSON =
      Json.MAPPER
          .writer()
          .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

  private final Writer out;
  private final boolean array;
  private final Function<ExampleLine, Object> row;
  private boolean begun;

  private JsonRows(OutputStream out, boolean array, Function<ExampleLine, Object> row) {
    this.out = Utf8.writer(out);
    this.array = array;
    this.row = row;
  }

  /** An array of what {@code row} makes of each example. */
  static JsonRows array(OutputStream out, Function<ExampleLine, Object> row) {
    return new JsonRows(out, true, row);
  }

  /** JSON lines of what {@code row} makes of each example. */
  static JsonRows lines(OutputStream out, Function<ExampleLine, Object> row) {
    return new JsonRows(out, false, row);
  }

  @Override
  public void add(ExampleLine example) throws IOException {
    if (array) {
      out.write(begun ? ",\n" : "[\n");
    }
    begun = true;
    JSON.writeValue(out, row.apply(example));
    if (!array) {
      out.write('\n');
    }
  }

  @Override
  public void end() throws IOException {
    if (array) {
      out.write(begun ? "\n]\n" : "[]\n");
    }
    out.flush();
  }
}
