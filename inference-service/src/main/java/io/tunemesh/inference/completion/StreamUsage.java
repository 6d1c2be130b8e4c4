package io.tunemesh.inference.completion;

import io.tunemesh.inference.turn.Usage;
import java.util.HashMap;
import java.util.Map;

/**
 * What a stream has cost until now. An engine that is asked for vLLM's {@code
 * continuous_usage_stats} tells with each chunk the tokens of that chunk's choice, and at the end
 * those of all.
 */
final class StreamUsage {

  private final Map<Integer, Long> ofChoices = new HashMap<>();

  /** What the stream has cost now that a chunk of that choice, or of none, has told this. */
  Usage after(int choice, Usage told) {
    if (choice < 0) {
      return told;
    }
    ofChoices.put(choice, told.completionTokens());
    long sum = ofChoices.values().stream().mapToLong(Long::longValue).sum();
    return new Usage(told.promptTokens(), sum);
  }
}
