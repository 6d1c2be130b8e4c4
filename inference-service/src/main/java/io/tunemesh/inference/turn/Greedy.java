package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.util.List;

/**
 * Asks for the most likely token each time, which is how training measures: also of a base whose
 * {@code generation_config.json} says otherwise where a request says nothing. All but the first two
 * fields are vLLM's own.
 */
public final class Greedy {

  private Greedy() {}

  /** A question that says nothing else yet. */
  public static ObjectNode question() {
    return Json.MAPPER
        .createObjectNode()
        .put("temperature", 0)
        .put("top_p", 1)
        .put("top_k", -1)
        .put("min_p", 0)
        .put("repetition_penalty", 1);
  }

  /** The fields of such a question. */
  public static List<String> fields() {
    return List.of("temperature", "top_p", "top_k", "min_p", "repetition_penalty");
  }
}
