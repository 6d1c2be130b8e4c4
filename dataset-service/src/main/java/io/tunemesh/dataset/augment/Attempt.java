package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.recipe.Example;

/** What came of trying to make an example. */
public sealed interface Attempt {

  /** An example that its recipe would keep. */
  record Done(Example example) implements Attempt {}

  /**
   * No example.
   *
   * @param code why, for counting
   */
  record Dropped(String code) implements Attempt {}
}
