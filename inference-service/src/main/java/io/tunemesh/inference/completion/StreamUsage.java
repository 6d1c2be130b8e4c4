package io.tunemesh.inference.completion;

import io.tunemesh.inference.turn.Usage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * What a stream has cost until now. An engine that is asked for vLLM's {@code
 * continuous_usage_stats} tells with each chunk the tokens of that chunk's choice and of its
 * prompt, and at the end those of all.
 */
final class StreamUsage {

  private final IntSupplier choicesOfAPrompt;
  private final Map<Integer, Long> ofPrompts = new HashMap<>();
  private final Map<Integer, Long> ofChoices = new HashMap<>();

  /**
   * @param choicesOfAPrompt the question's {@code n}, asked for where there are several choices
   */
  StreamUsage(IntSupplier choicesOfAPrompt) {
    this.choicesOfAPrompt = choicesOfAPrompt;
  }

  /** What the stream has cost now that a chunk of that choice, or of none, has told this. */
  Usage after(int choice, Usage told) {
    if (choice < 0) {
      return told;
    }
    int prompt = choice == 0 ? 0 : choice / Math.max(1, choicesOfAPrompt.getAsInt());
    ofPrompts.put(prompt, told.promptTokens());
    ofChoices.put(choice, told.completionTokens());
    return new Usage(sum(ofPrompts), sum(ofChoices));
  }

  private static long sum(Map<Integer, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
