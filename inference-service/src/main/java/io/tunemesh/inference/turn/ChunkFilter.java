package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;

/** Changes the chunks of a streamed answer on their way. Must not block; one stream, one thread. */
public interface ChunkFilter {

  /** What goes on in place of {@code chunk}; what is held back comes later. */
  List<ObjectNode> next(ObjectNode chunk);

  /** What was held back, now that the stream ends. */
  List<ObjectNode> end();

  /** One that changes nothing and tells {@code witness} of all chunks. */
  static ChunkFilter seeing(Consumer<ObjectNode> witness) {
    return new ChunkFilter() {
      @Override
      public List<ObjectNode> next(ObjectNode chunk) {
        witness.accept(chunk);
        return List.of(chunk);
      }

      @Override
      public List<ObjectNode> end() {
        return List.of();
      }
    };
  }
}
