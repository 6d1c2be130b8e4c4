package io.tunemesh.platform.template;

import java.util.List;
import java.util.Optional;

/**
 * The families whose prompts are asked again when a tuned model works on a table: what is asked
 * then is, letter by letter, what was trained.
 */
public final class Families {

  public static final Family PAPER_CLASSIFICATION =
      new Family(
          "paper_classification",
          false,
          List.of("title", "author", "abstract"),
          List.of("title", "abstract"));

  public static final Family TEXT_CLASSIFICATION =
      new Family("text_classification", true, List.of("text", "labels"), List.of("text"));

  public static final Family SENTENCE_PAIR =
      new Family(
          "sentence_pair",
          true,
          List.of("sentence1", "sentence2", "labels"),
          List.of("sentence1", "sentence2"));

  public static final Family REGRESSION =
      new Family("regression", true, List.of("text"), List.of("text"));

  public static final Family TAGGING =
      new Family("tagging", true, List.of("text", "entities"), List.of("text"));

  public static final Family TRANSLATION =
      new Family("translation", true, List.of("source", "to"), List.of("source"));

  private Families() {}

  /** All of them. */
  public static List<Family> all() {
    return List.of(
        PAPER_CLASSIFICATION, TEXT_CLASSIFICATION, SENTENCE_PAIR, REGRESSION, TAGGING, TRANSLATION);
  }

  /** The family of that name. */
  public static Optional<Family> named(String name) {
    return all().stream().filter(f -> f.name().equals(name)).findFirst();
  }
}
