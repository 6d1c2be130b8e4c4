package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.util.Set;

/**
 * What the first object of a JSON text is, found by a look through it.
 *
 * <p>It is columns if it is the only one and each of its fields is an array; a record with one
 * array of objects in it, as {@code {"messages": […]}}, stays a record, and so does one that has a
 * single chat or a single sentence under the usual names. It is wrapped records if its only field
 * is an array and has a name such as {@code data}.
 */
record JsonShape(Kind kind) {

  enum Kind {
    RECORDS,
    COLUMNS,
    WRAPPED
  }

  private static final Set<String> WRAPPERS =
      Set.of("data", "rows", "records", "examples", "items", "train");

  /** In columns each element of these is a list itself, as each of {@code tokens} is. */
  private static final Set<String> CHATS = Set.of("conversations", "messages");

  private static final JsonShape RECORDS = new JsonShape(Kind.RECORDS);

  static JsonShape of(JsonText texts, TextFile text) throws IOException {
    try (JsonParser json = texts.open(text)) {
      json.nextToken();
      int fields = 0;
      boolean objects = false;
      boolean isOneRow = false;
      String only = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        only = json.currentName();
        fields++;
        if (json.nextToken() != JsonToken.START_ARRAY) {
          return RECORDS;
        }
        JsonToken first = skip(json);
        objects |= first == JsonToken.START_OBJECT;
        isOneRow |=
            only.equals("tokens") && first == JsonToken.VALUE_STRING
                || CHATS.contains(only) && first == JsonToken.START_OBJECT;
      }
      if (fields == 0 || isOneRow || json.nextToken() != null) {
        return RECORDS;
      }
      if (fields == 1 && objects) {
        return WRAPPERS.contains(only) ? new JsonShape(Kind.WRAPPED) : RECORDS;
      }
      return new JsonShape(Kind.COLUMNS);
    } catch (JsonProcessingException e) {
      return RECORDS; // said with its place when it is read
    }
  }

  /** Passes over an array; what it begins with, which is its end if it is empty. */
  private static JsonToken skip(JsonParser json) throws IOException {
    JsonToken first = json.nextToken();
    for (int depth = 1; ; json.nextToken()) {
      JsonToken token = json.currentToken();
      if (token == null) {
        return JsonToken.NOT_AVAILABLE;
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return first;
      }
    }
  }
}
