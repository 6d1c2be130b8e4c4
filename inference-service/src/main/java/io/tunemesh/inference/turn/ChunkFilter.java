package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Changes the chunks of a streamed answer on their way. Must not block; one stream, one thread. */
public interface ChunkFilter {

  /** What goes on in place of {@code chunk}; what is held back comes later. */
  List<ObjectNode> next(ObjectNode chunk);

  /** What was held back, now that the stream ends. */
  List<ObjectNode> end();
}
