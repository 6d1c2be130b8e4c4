package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Reads JSON a record at a time: an array of objects or of texts, objects one after another
 * (usually one a line), or one object whose fields are columns of equal length. Every field is a
 * column, called by its key.
 */
public final class JsonReader {

  private static final Pattern START =
      Pattern.compile(
          "\\s*(\\{\\s*[\"'}]|\\[\\s*([{\\]\"']|\\[\\s*[\"\\[{\\]\\d])).*", Pattern.DOTALL);

  private final ReaderConfig limits;
  private final JsonText texts;
  private final Path spool;

  /**
   * @param spool a folder for columns until all are there
   */
  public JsonReader(ReaderConfig limits, Path spool) {
    this.limits = limits;
    this.texts = new JsonText(limits);
    this.spool = spool;
  }

  /** Whether a text that begins so is meant as JSON, be it right or wrong. */
  public static boolean takes(String head) {
    return START.matcher(head.substring(0, Math.min(head.length(), 4096))).matches();
  }

  /** Writes every record. */
  public Reading read(TextFile text, RecordWriter records) throws IOException {
    Rows rows = new Rows(limits, records).begin(1);
    try (JsonParser json = texts.open(text)) {
      try {
        if (json.nextToken() == JsonToken.START_ARRAY) {
          return array(json, rows);
        }
        JsonShape shape = JsonShape.of(texts, text);
        return switch (shape.kind()) {
          case COLUMNS -> new JsonColumns(texts, spool).read(json, rows);
          case WRAPPED -> {
            json.nextToken();
            json.nextToken();
            yield array(json, rows);
          }
          case RECORDS -> lines(text, json, rows);
        };
      } catch (JsonProcessingException e) {
        throw refusal(e, rows, 0);
      }
    }
  }

  private Reading array(JsonParser json, Rows rows) throws IOException {
    boolean wrapped = !json.getParsingContext().getParent().inRoot();
    int element = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      rows.begin(++element);
      switch (json.currentToken()) {
        case START_OBJECT -> object(json, rows);
        case VALUE_STRING -> rows.put("text", json.getText());
        default ->
            throw rows.refuse(
                null,
                "unsupported_shape",
                ("Element %d of the array is neither an object nor a text; write each record as an"
                        + " object with named fields.")
                    .formatted(element));
      }
      rows.end();
    }
    if (wrapped) {
      json.nextToken();
    }
    if (json.nextToken() != null) {
      throw rows.refuse(
          null,
          "unsupported_shape",
          "Line %d has more after the end of the array; write one array, or one object a line."
              .formatted(json.currentTokenLocation().getLineNr()));
    }
    return rows.reading("json");
  }

  private Reading lines(TextFile text, JsonParser begun, Rows rows) throws IOException {
    PlainLines.Stop stop = PlainLines.read(text, texts, rows);
    rows.begin(stop.row());
    if (stop.lines() == 0) {
      return objects(begun, 0, rows);
    }
    try (JsonParser json = texts.openFrom(text, stop.offset())) {
      json.nextToken();
      return objects(json, stop.lines(), rows);
    } catch (JsonProcessingException e) {
      throw refusal(e, rows, stop.lines());
    }
  }

  /**
   * @param before how many lines are before those that {@code json} reads
   */
  private Reading objects(JsonParser json, int before, Rows rows) throws IOException {
    int last = before;
    for (JsonToken token = json.currentToken(); token != null; token = json.nextToken()) {
      int line = before + json.currentTokenLocation().getLineNr();
      rows.begin(line);
      if (token != JsonToken.START_OBJECT) {
        throw rows.refuse(
            null,
            "unsupported_shape",
            "Line %d is no object; write each record as an object with named fields."
                .formatted(line));
      }
      if (line == last) {
        throw rows.refuse(
            null,
            "unsupported_shape",
            "Line %d has two objects; give each a line of its own.".formatted(line));
      }
      object(json, rows);
      rows.end();
      last = before + json.currentLocation().getLineNr();
    }
    return rows.reading("jsonl");
  }

  private void object(JsonParser json, Rows rows) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      try {
        rows.put(key, texts.of(json));
      } catch (JsonText.CellTooLong e) {
        throw rows.cellTooLong(key);
      }
    }
  }

  private Unreadable refusal(JsonProcessingException e, Rows rows, int before) {
    String message = e.getOriginalMessage();
    if (e instanceof StreamConstraintsException) {
      if (message.contains("nesting depth")) {
        return rows.refuse(
            null,
            "too_deep",
            "Row %d is nested more than %d deep; flatten it."
                .formatted(rows.row(), limits.maxDepth()));
      }
      return message.contains("String")
          ? rows.cellTooLong(null)
          : rows.refuse(
              null,
              "value_too_long",
              "Row %d has a name or a number that is too long; shorten it.".formatted(rows.row()));
    }
    if (message.startsWith("Duplicate field")) {
      return rows.duplicate(message.replaceFirst("Duplicate field '(.*)'", "$1"));
    }
    int line = e.getLocation() == null ? 0 : before + e.getLocation().getLineNr();
    if (e instanceof JsonEOFException) {
      return rows.refuse(
          null,
          "cut_off",
          "The file ends within row %d, in line %d: it was cut off. Upload it whole."
              .formatted(rows.row(), line));
    }
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    return rows.refuse(
        null,
        "invalid_json",
        "Row %d is no JSON: line %d, column %d: %s. Mend it and upload the file again."
            .formatted(rows.row(), line, column, firstSentence(message)));
  }

  private static String firstSentence(String message) {
    String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
