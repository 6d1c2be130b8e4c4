package io.tunemesh.dataset.export;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which columns the examples of a recipe have in a table, between those that all have. */
final class CsvFields {

  static final String EXAMPLE_ID = "example_id";
  static final String SPLIT = "split";
  static final String RECIPE = "recipe";

  /** The columns before the recipe's own. */
  static final List<String> BEFORE = List.of(EXAMPLE_ID, SPLIT, RECIPE);

  /** The columns after the recipe's own: where the example came from. */
  static final List<String> AFTER =
      List.of("file", "sheet", "first_row", "row", "augmented", "parent");

  /** The whole chat as JSON, for recipes that have no fields of their own. */
  static final String MESSAGES = "messages";

  private static final Map<String, List<String>> OWN =
      Map.of(
          "exam", List.of("prompt", "number", "question", "A", "B", "C", "D", "answer"),
          "paper_classification",
              List.of("uuid", "title", "author", "abstract", "keywords", "label"),
          "role_dialogue", List.of("scene", "speaker", "line", "role", "answer"),
          "alpaca", List.of("instruction", "input", "output", "system", "history"),
          "context_response", List.of("system", "context", "response"),
          "text_classification", List.of("text", "label"),
          "sentence_pair", List.of("sentence1", "sentence2", "label"),
          "regression", List.of("text", "score"),
          "tagging", List.of("tokens", "tags", "entities"),
          "translation", List.of("source", "target"));

  private static final String PLAIN_TEXT = "plain_text";

  private CsvFields() {}

  /** The columns of one recipe. */
  static List<String> of(String recipe) {
    return recipe.equals(PLAIN_TEXT)
        ? List.of("text")
        : OWN.getOrDefault(recipe, List.of(MESSAGES));
  }

  /** The columns of a table that holds examples of several recipes. */
  static List<String> of(Collection<String> recipes) {
    Set<String> columns = new LinkedHashSet<>(BEFORE);
    recipes.forEach(recipe -> columns.addAll(of(recipe)));
    columns.addAll(AFTER);
    return List.copyOf(columns);
  }
}
