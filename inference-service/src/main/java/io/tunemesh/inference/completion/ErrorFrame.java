package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.turn.Mention;
import io.tunemesh.platform.http.Problem;
import java.io.IOException;
import java.util.Locale;

/**
 * An error in the middle of a stream, by which engines tell what went wrong when the head is gone:
 * OpenAI's error object, or vLLM's older one that has its fields at the top.
 */
final class ErrorFrame {

  private static final String[] BEGINNINGS = {
    "\"error\"", "\"object\":\"error\"", "\"object\": \"error\""
  };

  private static final Mention ABORTED = Mention.of("\"abort\"");

  private ErrorFrame() {}

  /** Whether the engine has broken off the whole answer, or the stream in that frame. */
  static boolean isAborted(byte[] told) {
    if (!ABORTED.isIn(told)) {
      return false;
    }
    try {
      JsonNode json = Splitter.isData(told) ? Splitter.json(told) : Json.MAPPER.readTree(told);
      return json != null && EngineError.isAborted(json);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the frame may be one; looks at its first bytes alone. */
  static boolean may(byte[] frame) {
    int at = behindSpaces(frame, Splitter.isData(frame) ? Splitter.DATA.length() : 0);
    if (at >= frame.length || frame[at] != '{') {
      return false;
    }
    at = behindSpaces(frame, at + 1);
    for (String beginning : BEGINNINGS) {
      if (Splitter.hasAt(frame, at, beginning)) {
        return true;
      }
    }
    return false;
  }

  /** What the data of a frame tells of as an error; null if it is none. */
  static Problem problem(JsonNode data) {
    JsonNode error = data.path("object").asText().equals("error") ? data : data.path("error");
    if (!error.isObject()) {
      return null;
    }
    JsonNode code = error.path("code");
    boolean isStatus = code.asInt() >= 400 && code.asInt() < 600;
    int status = isStatus ? code.asInt() : status(error.path("type").asText(""));
    return EngineError.problem(status, error, "The engine failed on this request.");
  }

  /** OpenAI's types, and vLLM's, which are names of exceptions. */
  private static int status(String type) {
    String plain = type.toLowerCase(Locale.ROOT).replace("_", "");
    if (plain.startsWith("ratelimit")) {
      return 429;
    }
    boolean isAskers =
        plain.startsWith("invalid")
            || plain.startsWith("badrequest")
            || plain.startsWith("permission")
            || plain.startsWith("notfound");
    return isAskers ? 400 : 500;
  }

  private static int behindSpaces(byte[] frame, int from) {
    int at = from;
    while (at < frame.length && Character.isWhitespace(frame[at])) {
      at++;
    }
    return at;
  }
}
