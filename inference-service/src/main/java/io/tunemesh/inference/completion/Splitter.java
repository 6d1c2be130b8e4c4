package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Splits a stream of server-sent events into its frames, each with the blank line that ends it. It
 * and who reads frames work on plain arrays, since each byte of a buffer is asked for with checks.
 */
final class Splitter {

  /** What a line of data begins with. */
  static final String DATA = "data:";

  private static final byte[] NOTHING = {};

  /** More is let go of when it is empty. */
  private static final int KEPT = 1 << 16;

  private byte[] pending = NOTHING;
  private int length;
  private int lineStart;
  private int scanned;

  /** Hands out the frames that are whole now that {@code bytes} have come. */
  void next(Buffer bytes, Consumer<byte[]> frames) {
    add(bytes);
    int frameStart = 0;
    for (; scanned < length; scanned++) {
      if (pending[scanned] == '\n') {
        if (isBlank(lineStart, scanned)) {
          frames.accept(Arrays.copyOfRange(pending, frameStart, scanned + 1));
          frameStart = scanned + 1;
        }
        lineStart = scanned + 1;
      }
    }
    drop(frameStart);
  }

  /** What has come behind the last whole frame. */
  byte[] rest() {
    return Arrays.copyOf(pending, length);
  }

  /** The data of a frame; empty if it has none, as one that only keeps a connection alive. */
  static String data(byte[] frame) {
    StringBuilder data = new StringBuilder();
    new String(frame, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(DATA))
        .forEach(line -> data.append(line.substring(DATA.length()).strip()));
    return data.toString();
  }

  /** The same read as JSON; null where it is none. */
  static JsonNode json(byte[] frame) {
    JsonNode object = object(frame);
    if (object != null) {
      return object;
    }
    String data = data(frame);
    try {
      return data.isEmpty() ? null : Json.MAPPER.readTree(data);
    } catch (IOException e) {
      return null;
    }
  }

  /** Of a frame with one line of data that is an object in UTF-8, as nearly all are; else null. */
  private static JsonNode object(byte[] frame) {
    int to = frame.length;
    while (to > 0 && frame[to - 1] <= ' ' && frame[to - 1] >= 0) {
      to--;
    }
    int from = DATA.length();
    while (from < to && frame[from] == ' ') {
      from++;
    }
    // A zero among the first bytes would be taken for another encoding.
    boolean isObject =
        to - from > 4 && frame[from] == '{' && frame[to - 1] == '}' && frame[from + 1] > 0;
    if (!isObject || !isData(frame) || hasLines(frame, from, to)) {
      return null;
    }
    try {
      return Json.MAPPER.readTree(frame, from, to - from);
    } catch (IOException notInUtf8) {
      return null;
    }
  }

  /** Whether the frame begins with data. */
  static boolean isData(byte[] frame) {
    return hasAt(frame, 0, DATA);
  }

  /** Whether {@code word}, which is ASCII, stands at that place of the frame. */
  static boolean hasAt(byte[] frame, int at, String word) {
    if (frame.length - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (frame[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasLines(byte[] frame, int from, int to) {
    for (int i = from; i < to; i++) {
      if (frame[i] == '\n' || frame[i] == '\r') {
        return true;
      }
    }
    return false;
  }

  private void add(Buffer bytes) {
    int all = length + bytes.length();
    if (all > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(all, 2 * length));
    }
    bytes.getBytes(pending, length);
    length = all;
  }

  private void drop(int count) {
    length -= count;
    lineStart -= count;
    scanned -= count;
    if (length == 0 && pending.length > KEPT) {
      pending = NOTHING;
    } else if (count > 0 && length > 0) {
      System.arraycopy(pending, count, pending, 0, length);
    }
  }

  private boolean isBlank(int from, int to) {
    return from == to || to == from + 1 && pending[from] == '\r';
  }
}
