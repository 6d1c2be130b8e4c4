package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;

/**
 * JSON values as the texts of cells: a string as it is, a number as it was written, an array or an
 * object as compact JSON; null and Python's NaN are no text.
 */
final class JsonText {

  private static final int MAX_NAME = 10_000;

  private final int maxCell;
  private final JsonFactory factory;

  JsonText(ReaderConfig limits) {
    this.maxCell = limits.maxCellCharacters();
    this.factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.maxDepth())
                    .maxStringLength(limits.maxCellCharacters())
                    .maxNameLength(MAX_NAME)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
  }

  JsonParser open(TextFile text) throws IOException {
    return text.isUtf8() ? factory.createParser(text.bytes()) : factory.createParser(text.reader());
  }

  /** Opens a part of a text in UTF-8. */
  JsonParser open(byte[] bytes, int from, int length) throws IOException {
    return factory.createParser(bytes, from, length);
  }

  /** Opens what is behind so many bytes of a text in UTF-8. */
  JsonParser openFrom(TextFile text, long offset) throws IOException {
    return factory.createParser(text.bytesFrom(offset));
  }

  /** The value at which {@code json} stands, read to its end; null if it has none. */
  String of(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_NUMBER_FLOAT -> json.getText().equals("NaN") ? null : json.getText();
      case START_ARRAY, START_OBJECT -> compact(json);
      default -> json.getText();
    };
  }

  private String compact(JsonParser json) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = generator(text)) {
      int depth = 0;
      do {
        JsonToken token = json.currentToken();
        switch (token) {
          case START_OBJECT -> out.writeStartObject();
          case START_ARRAY -> out.writeStartArray();
          case END_OBJECT -> out.writeEndObject();
          case END_ARRAY -> out.writeEndArray();
          case FIELD_NAME -> out.writeFieldName(json.currentName());
          case VALUE_STRING -> out.writeString(json.getText());
          case VALUE_NUMBER_INT -> out.writeNumber(json.getText());
          case VALUE_NUMBER_FLOAT -> {
            if (Character.isLetter(json.getText().charAt(json.getText().length() - 1))) {
              out.writeNull(); // NaN and the infinities, which JSON does not have
            } else {
              out.writeNumber(json.getText());
            }
          }
          case VALUE_TRUE, VALUE_FALSE -> out.writeBoolean(token == JsonToken.VALUE_TRUE);
          default -> out.writeNull();
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > 0) {
          json.nextToken();
        }
      } while (depth > 0);
    }
    return text.toString();
  }

  /** Writes compact JSON to {@code text}, until it would be longer than a cell may be. */
  JsonGenerator generator(StringWriter text) throws IOException {
    return factory.createGenerator(limited(text));
  }

  /** Stops when a cell would be too long, before the memory is. */
  private Writer limited(StringWriter text) {
    return new Writer() {
      @Override
      public void write(char[] chars, int offset, int length) {
        if (text.getBuffer().length() + length > maxCell) {
          throw new CellTooLong();
        }
        text.write(chars, offset, length);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /** A nested value is longer than a cell may be. */
  static final class CellTooLong extends RuntimeException {}
}
