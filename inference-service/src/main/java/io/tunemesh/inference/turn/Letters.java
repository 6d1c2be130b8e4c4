package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * How many tokens a question has, before or without an engine's count: a token for every four
 * letters of ASCII and for every other character, and as many for every picture as a large one has.
 */
public final class Letters {

  private static final List<String> PROMPTS =
      List.of("messages", "prompt", "input", "tools", "response_format");

  /** Of a picture, a sound or a file: its letters say nothing of how many it becomes. */
  private static final long QUARTERS_OF_A_PART = 4 * 1024;

  private Letters() {}

  /** About how many tokens the question has; 1 at least. */
  public static long tokens(ObjectNode body) {
    long quarters = 0;
    for (String name : PROMPTS) {
      JsonNode field = body.path(name);
      quarters += name.equals("messages") ? ofMessages(field) : quarters(field);
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

  private static long ofMessages(JsonNode messages) {
    long sum = 0;
    for (JsonNode message : messages) {
      sum += message.isObject() ? 0 : quarters(message);
      for (var field : message.properties()) {
        boolean inParts = field.getKey().equals("content") && field.getValue().isArray();
        sum += inParts ? ofParts(field.getValue()) : quarters(field.getValue());
      }
    }
    return sum;
  }

  private static long ofParts(JsonNode parts) {
    long sum = 0;
    for (JsonNode part : parts) {
      boolean isText = !part.isObject() || part.path("text").isTextual();
      sum += isText ? quarters(part) : QUARTERS_OF_A_PART;
    }
    return sum;
  }
}
