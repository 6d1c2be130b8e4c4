package io.tunemesh.dataset.report;

import io.tunemesh.dataset.token.TokenCount;

/** Counts lengths in tokens, of the examples that could be counted. */
final class TokenLengths {

  private final LengthCount all = new LengthCount();
  private final LengthCount prompt = new LengthCount();
  private final LengthCount answer = new LengthCount();
  private long cutOff;
  private long mostCutOff;

  void add(TokenCount tokens) {
    add(all, tokens.total());
    add(prompt, tokens.prompt());
    add(answer, tokens.answer());
    if (tokens.cutOff() != null) {
      cutOff++;
      mostCutOff = Math.max(mostCutOff, tokens.cutOff());
    }
  }

  /** What was counted; null where nothing was. */
  Lengths.Tokens done() {
    Lengths.Length counted = all.done();
    return counted == null
        ? null
        : new Lengths.Tokens(counted, prompt.done(), answer.done(), cutOff, mostCutOff);
  }

  private static void add(LengthCount count, Integer length) {
    if (length != null) {
      count.add(length);
    }
  }
}
