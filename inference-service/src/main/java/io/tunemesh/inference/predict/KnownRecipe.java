package io.tunemesh.inference.predict;

import io.tunemesh.platform.template.Families;
import io.tunemesh.platform.template.Family;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A recipe of dataset-service whose prompt a table job can ask again. */
enum KnownRecipe {
  PAPER_CLASSIFICATION(
      Families.PAPER_CLASSIFICATION,
      List.of("title", "abstract"),
      List.of("author"),
      List.of("uuid", "Keywords"),
      "label",
      List.of("0", "1")),
  TEXT_CLASSIFICATION(
      Families.TEXT_CLASSIFICATION, List.of("text"), List.of("labels"), null, "label", List.of()),
  SENTENCE_PAIR(
      Families.SENTENCE_PAIR,
      List.of("sentence1", "sentence2"),
      List.of("labels"),
      null,
      "label",
      List.of()),
  REGRESSION(Families.REGRESSION, List.of("text"), List.of(), null, "score", List.of()),
  TAGGING(Families.TAGGING, List.of("text"), List.of("scheme"), null, "entities", List.of()),
  TRANSLATION(Families.TRANSLATION, List.of("source"), List.of("to"), null, "target", List.of());

  final Family family;

  /** Those that every row must have. */
  final List<String> roles;

  final List<String> settings;

  /** The columns that the output takes over where the table has them; null for all. */
  final List<String> kept;

  final String answer;

  /** What an answer may be; empty for anything. */
  final List<String> labels;

  KnownRecipe(
      Family family,
      List<String> roles,
      List<String> settings,
      List<String> kept,
      String answer,
      List<String> labels) {
    this.family = family;
    this.roles = roles;
    this.settings = settings;
    this.kept = kept;
    this.answer = answer;
    this.labels = labels;
  }

  static Optional<KnownRecipe> named(String name) {
    return Arrays.stream(values()).filter(r -> r.family.name().equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(r -> r.family.name()).collect(Collectors.joining(", "));
  }

  /** Whether the output takes a column of the table over. */
  boolean keeps(String column) {
    return kept == null || kept.stream().anyMatch(column.strip()::equalsIgnoreCase);
  }

  /** The names of what a user may map to columns. */
  List<String> columns() {
    return this == PAPER_CLASSIFICATION ? List.of("title", "author", "abstract") : roles;
  }
}
