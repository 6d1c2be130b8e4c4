package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** What a turn tells about itself, in its whole answer. */
final class Told {

  private static final String NAME = "tunemesh";

  private Told() {}

  /**
   * Puts it into an answer or a chunk.
   *
   * @param told empty for nothing
   */
  static void add(ObjectNode answer, ObjectNode told) {
    if (!told.isEmpty()) {
      answer.set(NAME, told);
    }
  }

  /**
   * The answer as the asker gets it. One that no step has changed stays as its bytes; what is told
   * is put behind its last field.
   *
   * @param body as the engine gave it
   * @param answer the same, read and gone through the steps
   * @param told empty for nothing
   */
  static Buffer in(Buffer body, ObjectNode answer, boolean changed, ObjectNode told) {
    if (!changed && told.isEmpty()) {
      return body;
    }
    int end = body.length() - 1;
    while (end > 0 && body.getByte(end) != '}') {
      end--;
    }
    if (changed || answer.isEmpty() || answer.has(NAME) || end < 1) {
      add(answer, told);
      return Buffer.buffer(answer.toString());
    }
    String field = ",\"" + NAME + "\":" + told + "}";
    return Buffer.buffer(end + field.length() + 16)
        .appendBytes(body.getBytes(0, end))
        .appendString(field);
  }
}
