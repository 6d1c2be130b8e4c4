package io.tunemesh.inference.completion;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Splits a stream of server-sent events into its frames, each with the blank line that ends it. */
final class Splitter {

  private static final String DATA = "data:";

  private Buffer pending = Buffer.buffer();
  private int lineStart;
  private int scanned;

  /** Hands out the frames that are whole now that {@code bytes} have come. */
  void next(Buffer bytes, Consumer<Buffer> frames) {
    pending.appendBuffer(bytes);
    int frameStart = 0;
    for (; scanned < pending.length(); scanned++) {
      if (pending.getByte(scanned) == '\n') {
        if (isBlank(lineStart, scanned)) {
          frames.accept(pending.slice(frameStart, scanned + 1));
          frameStart = scanned + 1;
        }
        lineStart = scanned + 1;
      }
    }
    pending = pending.getBuffer(frameStart, pending.length());
    lineStart -= frameStart;
    scanned -= frameStart;
  }

  /** What has come behind the last whole frame. */
  Buffer rest() {
    return pending;
  }

  /** The data of a frame; empty if it has none, as one that only keeps a connection alive. */
  static String data(Buffer frame) {
    StringBuilder data = new StringBuilder();
    frame
        .toString()
        .lines()
        .filter(line -> line.startsWith(DATA))
        .forEach(line -> data.append(line.substring(DATA.length()).strip()));
    return data.toString();
  }

  private boolean isBlank(int from, int to) {
    return from == to || to == from + 1 && pending.getByte(from) == '\r';
  }
}
