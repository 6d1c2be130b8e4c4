package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/**
 * JSON inside a cell, as a record carries what was nested in its source. Its numbers are what they
 * were written as, to the last digit.
 */
final class Nested {

  private static final ObjectReader STRICT =
      Json.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  /** The most digits behind a point that are written without an exponent. */
  private static final int PLAIN_DIGITS = 100;

  private Nested() {}

  /** The JSON of a role's cell, or null where the cell is empty. Throws Unusable for any other. */
  static JsonNode json(Row row, String role, String code, String wanted) throws Unusable {
    String text = row.text(role);
    if (text.isEmpty()) {
      return null;
    }
    JsonNode json = parse(text);
    if (json == null) {
      throw new Unusable(code, role, "the %s is no JSON; it must be %s".formatted(role, wanted));
    }
    return json;
  }

  /** A list in a role's cell. Throws Unusable where it is none. */
  static JsonNode list(Row row, String role, String code, String wanted) throws Unusable {
    row.needed(role);
    JsonNode json = json(row, role, code, wanted);
    if (!json.isArray()) {
      throw new Unusable(code, role, "the %s must be %s".formatted(role, wanted));
    }
    return json;
  }

  /** The JSON of a text; null where it is none. */
  static JsonNode parse(String text) {
    try {
      JsonNode json = STRICT.readTree(text);
      return json.isMissingNode() ? null : json;
    } catch (JsonProcessingException | NumberFormatException e) {
      return null; // the latter of an exponent that no number has
    }
  }

  /** The JSON in one line, with its numbers as they were parsed; no longer than they were. */
  static String text(JsonNode json) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new PlainNumbers(Json.MAPPER.createGenerator(text))) {
      Json.MAPPER.writeTree(out, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes a number plainly where it was, as 0.0000001, which Java would write as 1E-7. */
  private static final class PlainNumbers extends JsonGeneratorDelegate {

    PlainNumbers(JsonGenerator out) {
      super(out);
    }

    @Override
    public void writeNumber(BigDecimal number) throws IOException {
      boolean plain = number.scale() >= 0 && number.scale() <= PLAIN_DIGITS;
      super.writeNumber(plain ? number.toPlainString() : number.toString());
    }
  }
}
