package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Writes the lines of examples onto a page of memory, each as {@link Json#MAPPER} would write it,
 * at several times its speed. What it gave can be read when it is closed.
 */
final class LineWriter implements Closeable {

  /** What of a line is written. */
  interface Form {
    WrittenLine write(LineWriter writer, ExampleLine line) throws IOException;
  }

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString SPLIT = new SerializedString("split");
  private static final SerializedString RECIPE = new SerializedString("recipe");
  private static final SerializedString MESSAGES = new SerializedString("messages");
  private static final SerializedString ROLE = new SerializedString("role");
  private static final SerializedString CONTENT = new SerializedString("content");
  private static final SerializedString NOTHING = new SerializedString("");

  private final Page page;
  private final JsonGenerator json;
  private Map<String, Column> columns;
  private SerializableString columnsJson;

  LineWriter(int size) throws IOException {
    page = new Page(size);
    json = Json.MAPPER.getFactory().createGenerator(page, JsonEncoding.UTF8);
    json.setCodec(Json.MAPPER);
    json.setRootValueSeparator(NOTHING);
  }

  /** Writes a whole line. */
  WrittenLine write(ExampleLine line) throws IOException {
    final int from = at();
    int messages = -1;
    int messagesEnd = -1;
    json.writeStartObject();
    put(ID, line.id());
    put(SPLIT, line.split());
    put(RECIPE, line.recipe());
    if (line.messages() != null) {
      json.writeFieldName(MESSAGES);
      messages = at() + 1; // behind the colon, which comes with the list
      turns(line.messages());
      messagesEnd = at();
    }
    put("text", line.text());
    put("language", line.language());
    value("items", line.items());
    value("left_out", line.leftOut());
    value("structure", line.structure());
    if (line.lineage() != null) {
      lineage(line.lineage());
    }
    value("augmented", line.augmented());
    value("tokens", line.tokens());
    json.writeEndObject();
    return new WrittenLine(page, from, at(), messages, messagesEnd);
  }

  /** Writes the messages of a line alone; they are all that it has. */
  WrittenLine writeMessages(ExampleLine line) throws IOException {
    int from = at();
    turns(line.messages());
    return new WrittenLine(page, from, at(), from, at());
  }

  private void turns(List<Turn> turns) throws IOException {
    json.writeStartArray();
    for (Turn turn : turns) {
      json.writeStartObject();
      put(ROLE, turn.role());
      put(CONTENT, turn.content());
      if (turn.weight() != null) {
        json.writeNumberField("weight", turn.weight());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void lineage(ExampleLine.Lineage lineage) throws IOException {
    json.writeObjectFieldStart("lineage");
    put("file", lineage.file());
    put("file_id", lineage.fileId());
    put("sheet", lineage.sheet());
    json.writeNumberField("row", lineage.row());
    if (lineage.firstRow() != null) {
      json.writeNumberField("first_row", lineage.firstRow());
    }
    if (lineage.columns() != null) {
      json.writeFieldName("columns");
      json.writeRawValue(columns(lineage.columns()));
    }
    json.writeEndObject();
  }

  /** The rows of a sheet share their columns. */
  private SerializableString columns(Map<String, Column> wanted) throws IOException {
    if (wanted != columns) {
      columns = wanted;
      columnsJson = new SerializedString(JSON.writeValueAsString(wanted));
    }
    return columnsJson;
  }

  private void put(SerializedString name, String text) throws IOException {
    if (text != null) {
      json.writeFieldName(name);
      json.writeString(text);
    }
  }

  private void put(String name, String text) throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
  }

  private void value(String name, Object value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      JSON.writeValue(json, value);
    }
  }

  private int at() {
    return page.size() + json.getOutputBuffered();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
