package io.tunemesh.dataset.recipe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** Its texts one by one, without those of a template. */
  default List<String> pieces() {
    return switch (this) {
      case Asked asked ->
          Stream.of(
                  asked.before().stream().map(Turn::content),
                  new TreeMap<>(asked.values()).values().stream().map(String::valueOf),
                  Stream.of(asked.output()))
              .flatMap(texts -> texts)
              .toList();
      case Chat chat -> chat.turns().stream().map(Turn::content).toList();
      case Plain plain -> List.of(plain.text());
    };
  }

  /** What the model is to learn to say, in turn. */
  default List<String> answers() {
    return switch (this) {
      case Asked asked -> Stream.concat(said(asked.before()), Stream.of(asked.output())).toList();
      case Chat chat -> said(chat.turns()).toList();
      case Plain plain -> List.of(plain.text());
    };
  }

  private static Stream<String> said(List<Turn> turns) {
    return turns.stream().filter(turn -> turn.role().equals("assistant")).map(Turn::content);
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
