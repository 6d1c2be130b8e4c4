package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.tunemesh.contract.Json;

/**
 * Reads what a build put aside, with its numbers as they were: a score of 0.0005 that came back as
 * a double would be written as 5.0E-4.
 */
final class Exact {

  private Exact() {}

  static ObjectReader readerFor(Class<?> type) {
    return Json.MAPPER
        .readerFor(type)
        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }
}
