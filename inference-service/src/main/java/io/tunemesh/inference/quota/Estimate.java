package io.tunemesh.inference.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Letters;

/**
 * How many tokens a question will cost, before an engine has counted them: those of its letters,
 * and what the answer may have at most.
 */
final class Estimate {

  private Estimate() {}

  /**
   * @param expected the answer's tokens where the question sets no limit
   */
  static long tokens(Api api, ObjectNode body, long expected) {
    long prompt = Letters.tokens(body);
    if (api == Api.EMBEDDINGS || api == Api.CLASSIFY) {
      return prompt;
    }
    long most = body.path("max_completion_tokens").asLong(body.path("max_tokens").asLong(expected));
    long answers = Math.clamp(body.path("n").asLong(1), 1, 1000);
    return prompt + Math.clamp(most, 0, 1_000_000_000L) * answers;
  }
}
