package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Mention;
import io.tunemesh.inference.turn.Turn;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes a stream so that what the turn tells about itself is in its last chunk with a choice, for
 * few clients expect a chunk without one: a chunk with a {@code finish_reason} is held back until
 * the next frame or the end. Who wants the usage expects such a chunk, and nothing is held back.
 */
final class LastChunk {

  /** Stands in each chunk that ends a choice, whether its engine writes blanks or not. */
  private static final List<Mention> FINISH =
      List.of(Mention.of("\"finish_reason\":\""), Mention.of("\"finish_reason\": \""));

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);

  private final Turn turn;
  private ObjectNode held;

  LastChunk(Turn turn) {
    this.turn = turn;
  }

  /** Writes a frame, as its bytes where nothing can be told in it. */
  void give(byte[] frame, Buffer out) {
    if (!turn.told().isEmpty()
        && FINISH.stream().anyMatch(word -> word.isIn(frame))
        && Splitter.json(frame) instanceof ObjectNode chunk) {
      give(chunk, out);
    } else {
      release(out);
      out.appendBytes(frame);
    }
  }

  void give(ObjectNode chunk, Buffer out) {
    release(out);
    held = chunk;
    if (turn.wantsUsage() || !finishes(chunk)) {
      release(out);
    }
  }

  /**
   * Writes what is held back, with what the turn tells.
   *
   * @param other the chunk that tells it where none is held back
   */
  void end(Supplier<ObjectNode> other, Buffer out) {
    if (held == null && !turn.told().isEmpty()) {
      held = other.get();
    }
    if (held != null) {
      Told.add(held, turn.told());
      release(out);
    }
  }

  private void release(Buffer out) {
    if (held != null) {
      out.appendBytes(DATA).appendString(held.toString()).appendBytes(END);
      held = null;
    }
  }

  private static boolean finishes(ObjectNode chunk) {
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.hasNonNull("finish_reason")) {
        return true;
      }
    }
    return false;
  }
}
