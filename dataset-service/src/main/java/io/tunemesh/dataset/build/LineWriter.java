package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.build.Page.Span;
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

  /** What of a line is written, and looked at meanwhile. It is used by one thread. */
  interface Form {
    WrittenLine write(LineWriter writer, ExampleLine line) throws IOException;
  }

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString SPLIT = new SerializedString("split");
  private static final SerializedString RECIPE = new SerializedString("recipe");
  private static final SerializedString MESSAGES = new SerializedString("messages");
  private static final SerializedString STRUCTURE = new SerializedString("structure");
  private static final SerializedString ROLE = new SerializedString("role");
  private static final SerializedString CONTENT = new SerializedString("content");
  private static final SerializedString NOTHING = new SerializedString("");

  private final Page page;
  private final JsonGenerator json;
  private Map<String, Column> columns;
  private SerializableString columnsJson;

  LineWriter(int size) throws IOException {
    this(size, new CellTexts(new byte[0]));
  }

  /**
   * @param cells texts that are written by their bytes
   */
  LineWriter(int size, CellTexts cells) throws IOException {
    page = new Page(size);
    json = cells.by(Json.MAPPER.getFactory().createGenerator(page, JsonEncoding.UTF8));
    json.setCodec(Json.MAPPER);
    json.setRootValueSeparator(NOTHING);
  }

  /** Writes a whole line. */
  WrittenLine write(ExampleLine line) throws IOException {
    int from = at();
    json.writeStartObject();
    put(ID, line.id());
    put(SPLIT, line.split());
    put(RECIPE, line.recipe());
    final Span head = new Span(from, at());
    words(line);
    final Span words = new Span(head.to() + 1, at());
    put("language", line.language());
    value("items", line.items());
    value("left_out", line.leftOut());
    final Span structure = structure(line.structure());
    final int lineage = at();
    if (line.lineage() != null) {
      lineage(line.lineage());
    }
    final int augmented = at();
    value("augmented", line.augmented());
    final int tokens = at();
    value("tokens", line.tokens());
    json.writeEndObject();
    json.flush();
    return new WrittenLine(
        page,
        new Span(from, at()),
        head,
        words,
        structure,
        lineage == augmented ? null : new Span(lineage, augmented),
        augmented == tokens ? null : new Span(augmented, tokens),
        null);
  }

  /** Writes the words of a line alone, as the line of a part. */
  WrittenLine writeWords(ExampleLine line) throws IOException {
    int from = at();
    json.writeStartObject();
    words(line);
    json.writeEndObject();
    json.flush();
    Span whole = new Span(from, at());
    Span words = new Span(whole.from() + 1, whole.to() - 1);
    return new WrittenLine(page, whole, null, words, null, null, null, null);
  }

  /** Begins the page anew. The lines that were written are no longer there. */
  void restart() {
    page.reset();
  }

  private void words(ExampleLine line) throws IOException {
    if (line.messages() != null) {
      json.writeFieldName(MESSAGES);
      turns(line.messages());
    }
    put("text", line.text());
    value("spans", line.spans());
  }

  private Span structure(Object structure) throws IOException {
    if (structure == null) {
      return null;
    }
    json.writeFieldName(STRUCTURE);
    int from = at() + 1; // behind the colon, which comes with the value
    JSON.writeValue(json, structure);
    return new Span(from, at());
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
      json.writeFieldName(name);
      json.writeString(text);
    }
  }

  private void value(String name, Object value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      JSON.writeValue(json, value);
    }
  }

  /** How many bytes were written. */
  int size() {
    return at();
  }

  private int at() {
    return page.size() + json.getOutputBuffered();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
