package io.tunemesh.dataset.token;

import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.token.BaseTokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the contents of messages alone. What is cut off is then at least what it tells, and it
 * does not tell what is left out.
 */
record ContentCounter(BaseTokenizer tokenizer, int cutoff, String contentsOnly)
    implements ExampleCounter {

  @Override
  public List<TokenCount> count(List<Countable> examples) {
    List<String> texts = new ArrayList<>();
    for (Countable example : examples) {
      if (example.messages() == null) {
        texts.add(example.text());
      } else {
        example.messages().forEach(turn -> texts.add(turn.content()));
      }
    }
    long[][] tokens = tokenizer.encode(texts);
    List<TokenCount> counts = new ArrayList<>();
    int next = 0;
    for (Countable example : examples) {
      int total = 0;
      int answer = 0;
      for (Turn turn : ChatCounter.turns(example)) {
        int length = tokens[next++].length;
        total += length;
        answer += turn.learned() ? length : 0;
      }
      boolean cut = example.messages() != null && total > cutoff;
      counts.add(
          new TokenCount(total, total - answer, answer, cut ? total - cutoff : null, null, null));
    }
    return counts;
  }
}
