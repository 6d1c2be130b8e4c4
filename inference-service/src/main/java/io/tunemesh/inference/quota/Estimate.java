package io.tunemesh.inference.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Api;
import java.util.List;

/**
 * How many tokens a question will cost, before an engine has counted them: a token for every four
 * letters of ASCII and for every other character, and what the answer may have at most.
 */
final class Estimate {

  private static final List<String> PROMPTS =
      List.of("messages", "prompt", "input", "tools", "response_format");

  private Estimate() {}

  /**
   * @param expected the answer's tokens where the question sets no limit
   */
  static long tokens(Api api, ObjectNode body, long expected) {
    long quarters = 0;
    for (String name : PROMPTS) {
      quarters += quarters(body.path(name));
    }
    long prompt = Math.max(1, (quarters + 3) / 4);
    if (api == Api.EMBEDDINGS || api == Api.CLASSIFY) {
      return prompt;
    }
    long most = body.path("max_completion_tokens").asLong(body.path("max_tokens").asLong(expected));
    long answers = Math.clamp(body.path("n").asLong(1), 1, 1000);
    return prompt + Math.clamp(most, 0, 1_000_000_000L) * answers;
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
