package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.buffer.Buffer;

/**
 * The beginning of a stream, held back until the engine has said something: engines send the head
 * and a frame that only names the role before they have even queued the question, and until more
 * has come another engine may answer in its stead. Holds a bounded number of bytes.
 */
final class Opening {

  private static final int MOST = 64 * 1024;

  private final Splitter splitter = new Splitter();
  private final Buffer held = Buffer.buffer();
  private boolean said;
  private Problem error;

  /** More of the stream has come. */
  void next(Buffer bytes) {
    held.appendBuffer(bytes);
    splitter.next(bytes, this::frame);
    said |= held.length() > MOST && error == null;
  }

  /** Whether there is something that the client may see. */
  boolean isSaid() {
    return said;
  }

  /** The error that the engine began with, which another engine may not have; null if none. */
  Problem error() {
    return error;
  }

  /** All bytes until now. */
  Buffer held() {
    return held;
  }

  private void frame(byte[] frame) {
    if (said || error != null) {
      return;
    }
    JsonNode chunk = Splitter.json(frame);
    if (chunk == null) {
      // Data that is no JSON, as the mark of the end, or none.
      said = !Splitter.data(frame).isEmpty();
      return;
    }
    Problem told = ErrorFrame.problem(chunk);
    if (told != null && (told.status() >= 500 || told.status() == 429)) {
      error = told;
    } else {
      said = told != null || !(chunk.get("choices") instanceof ArrayNode choices) || says(choices);
    }
  }

  private static boolean says(ArrayNode choices) {
    for (JsonNode choice : choices) {
      if (choice.hasNonNull("finish_reason") || isFull(choice.path("text"))) {
        return true;
      }
      for (var field : choice.path("delta").properties()) {
        if (!field.getKey().equals("role") && isFull(field.getValue())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isFull(JsonNode value) {
    return value.isTextual()
        ? !value.textValue().isEmpty()
        : value.isContainerNode() ? !value.isEmpty() : !value.isMissingNode() && !value.isNull();
  }
}
