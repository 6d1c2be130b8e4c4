package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * How many tokens a question has, before or without an engine's count: a token for every four
 * letters of ASCII and for every other character.
 */
public final class Letters {

  private static final List<String> PROMPTS =
      List.of("messages", "prompt", "input", "tools", "response_format");

  private Letters() {}

  /** About how many tokens the question has; 1 at least. */
  public static long tokens(ObjectNode body) {
    long quarters = 0;
    for (String name : PROMPTS) {
      quarters += quarters(body.path(name));
    }
    return Math.max(1, (quarters + 3) / 4);
  }

  private static long quarters(JsonNode node) {
    if (node.isTextual()) {
      String text = node.textValue();
      long sum = 0;
      for (int i = 0; i < text.length(); i++) {
        sum += text.charAt(i) < 128 ? 1 : 4;
      }
      return sum;
    }
    // A prompt may be given as tokens.
    long sum = node.isNumber() ? 4 : 0;
    for (JsonNode part : node) {
      sum += quarters(part);
    }
    return sum;
  }
}
