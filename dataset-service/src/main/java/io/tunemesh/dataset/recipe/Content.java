package io.tunemesh.dataset.recipe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an example is made of, before a template puts it into words. */
public sealed interface Content {

  /** All its words, without those of a template. */
  default String words() {
    return switch (this) {
      case Asked asked ->
          words(asked.before())
              + new TreeMap<>(asked.values())
                  .values().stream().map(value -> value + "\n").collect(Collectors.joining())
              + asked.output();
      case Chat chat -> words(chat.turns());
      case Plain plain -> plain.text();
    };
  }

  private static String words(List<Turn> turns) {
    return turns.stream().map(turn -> turn.content() + "\n").collect(Collectors.joining());
  }

  /**
   * A question that a template words.
   *
   * @param before turns of the same chat that come before it
   * @param values every value of the recipe's templates
   * @param output what the model is to answer
   */
  record Asked(List<Turn> before, Map<String, ?> values, String output) implements Content {}

  /** A chat in its own words. It has a user's turn and ends with the assistant's. */
  record Chat(List<Turn> turns) implements Content {}

  /** Text without a question, for pre-training. */
  record Plain(String text) implements Content {}
}
