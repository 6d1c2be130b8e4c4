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

  /**
   * What was counted; null where nothing was.
   *
   * @param chats whether the examples are chats; plain text has no prompt and no answer
   */
  Lengths.Tokens done(boolean chats) {
    Lengths.Length counted = all.done();
    return counted == null
        ? null
        : new Lengths.Tokens(
            counted,
            chats ? prompt.done() : null,
            chats ? answer.done() : null,
            cutOff,
            mostCutOff);
  }

  private static void add(LengthCount count, Integer length) {
    if (length != null) {
      count.add(length);
    }
  }
}
