package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;

/**
 * A prompt, and what the adapter answered to it greedily at the end of its training.
 *
 * @param maxTokens how long that answer was allowed to be
 */
record Probe(ArrayNode messages, int maxTokens, String expected) {

  private static final int EXCERPT = 40;

  /** Where {@code answer} first differs from the expected one, for people. */
  String difference(String answer) {
    int at = 0;
    while (at < Math.min(expected.length(), answer.length())
        && expected.charAt(at) == answer.charAt(at)) {
      at++;
    }
    return "from character %d on, training said %s and the engine says %s"
        .formatted(at + 1, excerpt(expected, at), excerpt(answer, at));
  }

  /** Halves of characters at its ends, which JSON cannot hold, become question marks. */
  private static String excerpt(String text, int from) {
    int start = Math.max(0, from - EXCERPT / 4);
    int end = Math.min(text.length(), from + EXCERPT);
    byte[] part = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
    return "'"
        + (start > 0 ? "…" : "")
        + new String(part, StandardCharsets.UTF_8)
        + (end < text.length() ? "…" : "")
        + "'";
  }
}
