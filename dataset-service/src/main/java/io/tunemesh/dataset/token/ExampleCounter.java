package io.tunemesh.dataset.token;

import java.util.List;

/** One way to count examples. */
sealed interface ExampleCounter permits ChatCounter, ContentCounter {

  /**
   * The counts of examples, in their order.
   *
   * @throws Unrenderable if the template of a chat cannot be written out as in training
   */
  List<TokenCount> count(List<Countable> examples) throws Unrenderable;

  /** The longest example that training takes, in tokens. */
  int cutoff();

  /** Why the counts leave the chat template out; null where they have it. */
  String contentsOnly();
}
