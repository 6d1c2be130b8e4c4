package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.inference.turn.Mention;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The frames of a stream of server-sent events on their way: those that nobody reads go on as the
 * bytes that they are.
 */
final class Frames {

  private static final Mention USAGE = Mention.of("\"usage\"");
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);

  private final Turn turn;
  private final Passage passage;
  private final Renaming renaming;
  private final List<ChunkFilter> filters;
  private final Splitter splitter = new Splitter();
  private final LastChunk tail;
  private final StreamUsage usage;
  private byte[] first;
  private long count;
  private boolean ended;
  private boolean aborted;
  private Problem error;

  Frames(Turn turn, Passage passage, Renaming renaming) {
    this.turn = turn;
    this.passage = passage;
    this.renaming = renaming;
    this.filters = passage.filters();
    this.tail = new LastChunk(turn);
    this.usage = new StreamUsage(() -> turn.body().path("n").asInt(1));
  }

  /** What goes on now that {@code bytes} have come; whole frames only. */
  Buffer next(Buffer bytes) {
    Buffer out = Buffer.buffer(bytes.length());
    splitter.next(bytes, frame -> frame(renaming.answer(frame), out));
    return out;
  }

  /** What goes on now that the engine has ended the stream. */
  Buffer end() {
    Buffer out = Buffer.buffer();
    byte[] rest = splitter.rest();
    if (isDone(rest) || Splitter.json(rest) != null) {
      // The engine left out the last blank line. What is not even a whole frame is nobody's to
      // read.
      frame(renaming.answer(Buffer.buffer(rest).appendBytes(END).getBytes()), out);
    }
    if (!aborted) {
      finish(out);
    }
    return out;
  }

  /** The error that the stream told of, the engine's or a rule's; null if it is an answer. */
  Problem error() {
    return error;
  }

  /** Whether the engine has told that it broke its answer off; nothing goes on from then. */
  boolean aborted() {
    return aborted;
  }

  private void frame(byte[] frame, Buffer out) {
    aborted = aborted || ErrorFrame.isAborted(frame);
    if (aborted) {
      return;
    }
    if (isDone(frame)) {
      finish(out);
      out.appendBytes(frame);
      return;
    }
    if (ErrorFrame.may(frame) && isError(Splitter.json(frame), out)) {
      return;
    }
    if (error != null && !filters.isEmpty()) {
      // What comes behind an error is no part of an answer that could be filtered.
      return;
    }
    passage.streamed(count++);
    first = first == null ? frame : first;
    if (!filters.isEmpty() && Splitter.json(frame) instanceof ObjectNode chunk) {
      if (!isError(chunk, out)) {
        read(chunk, out);
      }
    } else if (USAGE.isIn(frame) && UsageField.in(frame) instanceof UsageField told) {
      passOn(frame, told, out);
    } else {
      tail.give(frame, out);
    }
  }

  private void passOn(byte[] frame, UsageField told, Buffer out) {
    passage.used(usage.after(told.choice(), told.usage()));
    boolean isLast = told.choice() < 0;
    if (isLast
        && turn.wantsUsage()
        && !turn.told().isEmpty()
        && Splitter.json(frame) instanceof ObjectNode chunk) {
      last(chunk, out);
    } else if (isLast ? turn.wantsUsage() : turn.wantsUsageOften()) {
      tail.give(frame, out);
    } else if (!isLast) {
      tail.give(told.cutOutOf(frame), out);
    }
  }

  private void read(ObjectNode chunk, Buffer out) {
    boolean isLast = chunk.path("choices").isEmpty();
    if (chunk.path("usage").isObject()) {
      int choice = isLast ? -1 : chunk.at("/choices/0/index").asInt();
      passage.used(usage.after(choice, Usage.of(chunk)));
      if (isLast) {
        if (turn.wantsUsage()) {
          last(chunk, out);
        }
        return;
      }
      // What is filtered comes later or not at all, and its usage would not be what it says.
      chunk.remove("usage");
    }
    filtered(List.of(chunk), 0, out);
  }

  /**
   * Writes the chunk of the usage with what the turn tells about itself. Nothing may follow it, for
   * clients take the usage from the last chunk that they see.
   */
  private void last(ObjectNode chunk, Buffer out) {
    endFilters(out);
    Told.add(chunk, turn.told());
    tail.give(chunk, out);
    ended = true;
  }

  /** Once: what the filters hold back, then what the turn tells about itself. */
  private void finish(Buffer out) {
    if (ended) {
      return;
    }
    ended = true;
    endFilters(out);
    tail.end(this::empty, out);
  }

  /** What is held back of an answer that ended in an error is not the whole of it. */
  private void endFilters(Buffer out) {
    boolean isWhole = error == null;
    for (int i = 0; i < filters.size() && isWhole; i++) {
      filtered(filters.get(i).end(), i + 1, out);
    }
  }

  /** One without choices, of this stream by what clients tell streams apart by. */
  private ObjectNode empty() {
    ObjectNode chunk = head();
    chunk.putArray("choices");
    return chunk;
  }

  private ObjectNode head() {
    if (first != null && Splitter.json(first) instanceof ObjectNode chunk) {
      return chunk.retain("id", "object", "created", "model");
    }
    ObjectNode head = Json.MAPPER.createObjectNode();
    head.put("id", turn.id()).put("object", "chat.completion.chunk");
    return head.put("created", System.currentTimeMillis() / 1000).put("model", turn.asked());
  }

  private void filtered(List<ObjectNode> chunks, int from, Buffer out) {
    if (from == filters.size()) {
      for (ObjectNode chunk : chunks) {
        Problem told = ErrorFrame.problem(chunk);
        if (told != null && error == null) {
          // A rule's: what it refuses is refused so of whole answers too.
          error = new Problem(422, told.code(), told.detail(), told.param());
        }
        tail.give(chunk, out);
      }
      return;
    }
    for (ObjectNode chunk : chunks) {
      filtered(filters.get(from).next(chunk), from + 1, out);
    }
  }

  /** Whether it is an error, which then goes on in the form that OpenAI's clients read. */
  private boolean isError(JsonNode chunk, Buffer out) {
    Problem told = chunk == null ? null : ErrorFrame.problem(chunk);
    if (told == null) {
      return false;
    }
    error = error == null ? told : error;
    tail.give(Buffer.buffer("data: " + told.json(null)).appendBytes(END).getBytes(), out);
    return true;
  }

  private static boolean isDone(byte[] frame) {
    return frame.length < 32 && Splitter.data(frame).equals("[DONE]");
  }
}
