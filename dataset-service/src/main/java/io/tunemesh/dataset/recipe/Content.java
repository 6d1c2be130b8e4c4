package io.tunemesh.dataset.recipe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an example is made of, before a template puts it into words. */
public sealed interface Content {

  /** The value and the role of a system message. */
  String SYSTEM = "system";

  /**
   * All that its own rows ask and answer, by which it is told from others: without the words of a
   * template, a system message, and what settings and other rows give to examples that differ.
   */
  default String words() {
    Stream<String> texts =
        switch (this) {
          case Asked asked ->
              Stream.of(
                      asked.given().contains(Asked.BEFORE)
                          ? Stream.<String>empty()
                          : said(asked.before()),
                      asked.own(false),
                      Stream.of(asked.output()))
                  .flatMap(all -> all);
          case Chat chat -> said(chat.turns());
          case Plain plain -> Stream.of(plain.text());
        };
    return texts.filter(text -> !text.isEmpty()).collect(Collectors.joining("\n"));
  }

  /** Its texts one by one, without those of a template and of settings. */
  default List<String> pieces() {
    return switch (this) {
      case Asked asked ->
          Stream.of(
                  asked.before().stream().map(Turn::content),
                  asked.own(true),
                  Stream.of(asked.output()))
              .flatMap(texts -> texts)
              .toList();
      case Chat chat -> chat.turns().stream().map(Turn::content).toList();
      case Plain plain -> List.of(plain.text());
    };
  }

  /** What is said in turn, the answer last, but for a system message and the question itself. */
  default Stream<String> spoken() {
    return switch (this) {
      case Asked asked -> Stream.concat(said(asked.before()), Stream.of(asked.output()));
      case Chat chat -> said(chat.turns());
      case Plain plain -> Stream.of(plain.text());
    };
  }

  private static Stream<String> said(List<Turn> turns) {
    return turns.stream().filter(turn -> !turn.role().equals(SYSTEM)).map(Turn::content);
  }

  /**
   * A question that a template words.
   *
   * @param before turns of the same chat that come before it
   * @param values every value of the recipe's templates
   * @param output what the model is to answer
   * @param given the names of values that settings or other rows give, and {@link #BEFORE} where
   *     these give the turns before it
   */
  record Asked(List<Turn> before, Map<String, ?> values, String output, Set<String> given)
      implements Content {

    public static final String BEFORE = "before";

    /** A question whose values and turns are all of its own row. */
    public Asked(List<Turn> before, Map<String, ?> values, String output) {
      this(before, values, output, Set.of());
    }

    /**
     * What rows give, also others where {@code all}, in which case the system's words are there.
     */
    private Stream<String> own(boolean all) {
      Map<String, Object> own = new TreeMap<>(values);
      if (!all || !given.contains(BEFORE)) {
        own.keySet().removeAll(given);
      }
      if (!all) {
        own.remove(SYSTEM);
      }
      return own.values().stream().map(String::valueOf);
    }
  }

  /** A chat in its own words. It has a user's turn and ends with the assistant's. */
  record Chat(List<Turn> turns) implements Content {}

  /** Text without a question, for pre-training. */
  record Plain(String text) implements Content {}
}
