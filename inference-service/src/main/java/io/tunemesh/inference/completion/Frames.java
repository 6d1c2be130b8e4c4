package io.tunemesh.inference.completion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The frames of a stream of server-sent events on their way: those that nobody reads go on as the
 * bytes that they are.
 */
final class Frames {

  private static final String DATA = "data:";
  private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.UTF_8);

  private final Turn turn;
  private final Passage passage;
  private final Renaming renaming;
  private final List<ChunkFilter> filters;
  private Buffer pending = Buffer.buffer();
  private int lineStart;
  private int scanned;
  private final StreamUsage usage = new StreamUsage();
  private long count;
  private boolean ended;

  Frames(Turn turn, Passage passage, Renaming renaming) {
    this.turn = turn;
    this.passage = passage;
    this.renaming = renaming;
    this.filters = passage.filters();
  }

  /** What goes on now that {@code bytes} have come; whole frames only. */
  Buffer next(Buffer bytes) {
    pending.appendBuffer(bytes);
    Buffer out = Buffer.buffer(pending.length());
    int frameStart = 0;
    for (; scanned < pending.length(); scanned++) {
      if (pending.getByte(scanned) == '\n') {
        if (isBlank(lineStart, scanned)) {
          frame(renaming.answer(pending.slice(frameStart, scanned + 1)), out);
          frameStart = scanned + 1;
        }
        lineStart = scanned + 1;
      }
    }
    pending = pending.getBuffer(frameStart, pending.length());
    lineStart -= frameStart;
    scanned -= frameStart;
    return out;
  }

  /** What goes on now that the engine has ended the stream. */
  Buffer end() {
    Buffer out = Buffer.buffer();
    finish(out);
    return out.appendBuffer(renaming.answer(pending));
  }

  private boolean isBlank(int from, int to) {
    return from == to || to == from + 1 && pending.getByte(from) == '\r';
  }

  private void frame(Buffer frame, Buffer out) {
    if (isDone(frame)) {
      finish(out);
      out.appendBuffer(frame);
      return;
    }
    passage.streamed(count++);
    if (!filters.isEmpty() && chunk(data(frame.toString())) instanceof ObjectNode chunk) {
      read(chunk, out);
    } else if (contains(frame, USAGE) && UsageField.in(frame) instanceof UsageField told) {
      passOn(frame, told, out);
    } else {
      out.appendBuffer(frame);
    }
  }

  private void passOn(Buffer frame, UsageField told, Buffer out) {
    passage.used(usage.after(told.choice(), told.usage()));
    boolean isLast = told.choice() < 0;
    if (isLast ? turn.wantsUsage() : turn.wantsUsageOften()) {
      out.appendBuffer(frame);
    } else if (!isLast) {
      out.appendBuffer(told.cutOutOf(frame));
    }
  }

  private void read(ObjectNode chunk, Buffer out) {
    boolean isLast = chunk.path("choices").isEmpty();
    if (chunk.path("usage").isObject()) {
      int choice = isLast ? -1 : chunk.at("/choices/0/index").asInt();
      passage.used(usage.after(choice, Usage.of(chunk)));
      // What is filtered comes later or not at all, and its usage would not be what it says.
      if (!isLast || !turn.wantsUsage()) {
        chunk.remove("usage");
      }
      if (isLast && !turn.wantsUsage()) {
        return;
      }
    }
    filtered(List.of(chunk), 0, out);
  }

  /** Once: what the filters hold back, then what the turn tells about itself. */
  private void finish(Buffer out) {
    if (ended) {
      return;
    }
    ended = true;
    for (int i = 0; i < filters.size(); i++) {
      filtered(filters.get(i).end(), i + 1, out);
    }
    if (!turn.told().isEmpty()) {
      ObjectNode last = Json.MAPPER.createObjectNode();
      last.put("id", turn.id()).put("object", "chat.completion.chunk");
      last.put("created", System.currentTimeMillis() / 1000).put("model", turn.asked());
      last.putArray("choices");
      last.set("tunemesh", turn.told());
      write(last, out);
    }
  }

  private void filtered(List<ObjectNode> chunks, int from, Buffer out) {
    if (from == filters.size()) {
      chunks.forEach(chunk -> write(chunk, out));
      return;
    }
    for (ObjectNode chunk : chunks) {
      filtered(filters.get(from).next(chunk), from + 1, out);
    }
  }

  private static void write(ObjectNode chunk, Buffer out) {
    out.appendString("data: ").appendString(chunk.toString()).appendString("\n\n");
  }

  private static JsonNode chunk(String data) {
    try {
      return data.isEmpty() ? null : Json.MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String data(String frame) {
    StringBuilder data = new StringBuilder();
    frame
        .lines()
        .filter(line -> line.startsWith(DATA))
        .forEach(line -> data.append(line.substring(DATA.length()).strip()));
    return data.toString();
  }

  private static boolean isDone(Buffer frame) {
    return frame.length() < 32 && data(frame.toString()).equals("[DONE]");
  }

  private static boolean contains(Buffer frame, byte[] word) {
    for (int i = 0; i + word.length <= frame.length(); i++) {
      int j = 0;
      while (j < word.length && frame.getByte(i + j) == word[j]) {
        j++;
      }
      if (j == word.length) {
        return true;
      }
    }
    return false;
  }
}
