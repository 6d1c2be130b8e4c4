package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the records of an upload one by one: what {@link Json#MAPPER} would read, at twice its
 * speed.
 */
final class Records implements Closeable {

  private final JsonParser json;

  Records(InputStream lines) throws IOException {
    json = Json.MAPPER.getFactory().createParser(lines);
  }

  Records(byte[] lines) throws IOException {
    json = Json.MAPPER.getFactory().createParser(lines);
  }

  /** The next record; null behind the last. */
  SourceRecord next() throws IOException {
    JsonToken token = json.nextToken();
    if (token == null) {
      return null;
    }
    require(token == JsonToken.START_OBJECT);
    String sheet = null;
    int row = 0;
    Map<String, String> values = null;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      switch (name) {
        case "sheet" -> sheet = json.nextTextValue();
        case "row" -> row = json.nextIntValue(0);
        case "values" -> values = values();
        default -> {
          json.nextToken();
          json.skipChildren();
        }
      }
    }
    require(json.currentToken() == JsonToken.END_OBJECT);
    return new SourceRecord(sheet, row, values);
  }

  private Map<String, String> values() throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT);
    Map<String, String> values = new LinkedHashMap<>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      String text = json.nextTextValue();
      require(text != null);
      values.put(name, text);
    }
    return values;
  }

  private void require(boolean right) throws IOException {
    if (!right) {
      throw new IOException("the records of an upload have another form than ingest gives them");
    }
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
