package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.io.InputStream;

/** Reads the examples of a dataset one by one. */
final class Examples {

  private static final ObjectReader LINES =
      Json.MAPPER
          .readerFor(ExampleLine.class)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Examples() {}

  /** Takes an example. */
  interface Taker {
    void take(ExampleLine example) throws IOException;
  }

  /**
   * Gives {@code taker} every example in its order, and closes {@code lines}.
   *
   * @param part null for the examples of all parts
   */
  static void each(InputStream lines, Part part, Taker taker) throws IOException {
    try (lines;
        MappingIterator<ExampleLine> found = LINES.readValues(lines)) {
      while (found.hasNextValue()) {
        ExampleLine example = found.nextValue();
        if (part == null || part.key().equals(example.split())) {
          taker.take(example);
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the examples are not as they were stored", e);
    }
  }
}
