package io.tunemesh.inference.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Letters;

/**
 * How many tokens a question will cost, before an engine has counted them: those of its letters,
 * and what the answers to all its prompts may have at most.
 */
final class Estimate {

  private Estimate() {}

  /**
   * @param expected the answer's tokens where the question sets no limit
   * @param candidates how many answers are asked for where the question does not say
   */
  static long tokens(Api api, ObjectNode body, long expected, int candidates) {
    long prompt = Letters.tokens(body);
    if (api == Api.EMBEDDINGS || api == Api.CLASSIFY) {
      return prompt;
    }
    long most = body.path("max_completion_tokens").asLong(body.path("max_tokens").asLong(expected));
    long answers =
        Math.clamp(body.path("n").asLong(candidates), 1, 1000) * prompts(body.path("prompt"));
    return prompt + Math.clamp(most, 0, 1_000_000_000L) * answers;
  }

  /** A list of texts or of tokens is as many questions, a list of numbers is one. */
  private static long prompts(JsonNode prompt) {
    return prompt.isArray() && !prompt.path(0).isNumber() ? Math.max(1, prompt.size()) : 1;
  }
}
