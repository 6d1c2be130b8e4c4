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

  /**
   * Whether the engine has broken the whole answer off, which a vLLM that is paused or ends tells
   * like any other end.
   */
  static boolean isAborted(byte[] answer) {
    try {
      return ABORTED.isIn(answer) && isAborted(Json.MAPPER.readTree(answer));
    } catch (IOException e) {
      return false;
    }
  }

  /** The same of one that was read, or of a chunk. */
  static boolean isAborted(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice.path("finish_reason").asText().equals("abort")) {
        return true;
      }
    }
    return false;
  }

  /** Whether the frame may be one. */
  static boolean may(byte[] frame) {
    return ABORTED.isIn(frame) || beginsAsOne(frame);
  }

  private static boolean beginsAsOne(byte[] frame) {
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
      return isAborted(data) ? Problems.interrupted() : null;
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
