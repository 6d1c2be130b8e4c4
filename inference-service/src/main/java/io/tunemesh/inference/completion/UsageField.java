package io.tunemesh.inference.completion;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Usage;
import java.io.IOException;
import java.util.Arrays;

/**
 * The field {@code usage} of a chunk of a stream, and where it stands in its frame, so that it can
 * be cut out and all other bytes stay as they are.
 *
 * @param choice the choice that the chunk is of; -1 where it has none and the usage is that of all
 * @param from its first byte in the frame, with the comma that goes with it
 * @param to behind its last
 */
record UsageField(Usage usage, int choice, int from, int to) {

  private static final String NAME = "\"usage\"";

  /** Of a frame with one line of data; null if it tells no usage. */
  static UsageField in(byte[] frame) {
    int start = 0;
    while (start < frame.length && frame[start] != '{') {
      start++;
    }
    byte[] chunk = Arrays.copyOfRange(frame, start, frame.length);
    try (JsonParser json = Json.MAPPER.createParser(chunk)) {
      return json.nextToken() == JsonToken.START_OBJECT ? read(json, chunk, start) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The frame without it. */
  byte[] cutOutOf(byte[] frame) {
    byte[] rest = Arrays.copyOf(frame, frame.length - (to - from));
    System.arraycopy(frame, to, rest, from, frame.length - to);
    return rest;
  }

  private static UsageField read(JsonParser json, byte[] chunk, int start) throws IOException {
    Usage usage = null;
    int choice = -1;
    int from = 0;
    int to = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("usage") && value == JsonToken.START_OBJECT) {
        from = (int) json.currentTokenLocation().getByteOffset();
        usage = usage(json);
        to = (int) json.currentLocation().getByteOffset();
      } else if (name.equals("choices") && value == JsonToken.START_ARRAY) {
        choice = choice(json);
      } else {
        json.skipChildren();
      }
    }
    if (usage == null) {
      return null;
    }
    from -= NAME.length();
    while (!isName(chunk, from)) {
      from--;
    }
    int before = from - 1;
    while (Character.isWhitespace(chunk[before])) {
      before--;
    }
    if (chunk[before] == ',') {
      from = before;
    } else {
      to = behindComma(chunk, to);
    }
    return new UsageField(usage, choice, start + from, start + to);
  }

  private static int behindComma(byte[] chunk, int at) {
    int next = at;
    while (Character.isWhitespace(chunk[next])) {
      next++;
    }
    return chunk[next] == ',' ? next + 1 : at;
  }

  private static boolean isName(byte[] chunk, int at) {
    for (int i = 0; i < NAME.length(); i++) {
      if (chunk[at + i] != NAME.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static Usage usage(JsonParser json) throws IOException {
    long prompt = 0;
    long completion = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "prompt_tokens" -> prompt = json.getValueAsLong();
        case "completion_tokens" -> completion = json.getValueAsLong();
        default -> json.skipChildren();
      }
    }
    return new Usage(prompt, completion);
  }

  /** The index of the first choice; -1 where there is none. */
  private static int choice(JsonParser json) throws IOException {
    int first = -1;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      int index = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        index = name.equals("index") ? json.getValueAsInt() : index;
        json.skipChildren();
      }
      first = first < 0 ? index : first;
    }
    return first;
  }
}
