package io.tunemesh.dataset.export;

import io.tunemesh.dataset.dataset.ExampleLine;

/** A line of pre-training. */
record TextRow(String text) {

  static TextRow of(ExampleLine example) {
    return new TextRow(example.text());
  }
}
