package io.tunemesh.dataset.exam;

import java.util.List;

/** A question as found in an options cell; without options it asks for words, not for a letter. */
record Question(int number, String stem, List<String> options) {
  boolean isChoice() {
    return !options.isEmpty();
  }
}
