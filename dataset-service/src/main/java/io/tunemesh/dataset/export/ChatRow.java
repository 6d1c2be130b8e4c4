package io.tunemesh.dataset.export;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import java.util.List;

/** A line of OpenAI's fine-tuning; an assistant's weight of 0 stays. */
record ChatRow(List<Turn> messages) {

  static ChatRow of(ExampleLine example) {
    return new ChatRow(example.messages());
  }
}
