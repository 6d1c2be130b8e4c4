package io.tunemesh.inference.predict;

import io.tunemesh.inference.job.RowFailed;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.template.Blanks;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.template.Family;
import io.tunemesh.platform.template.Prompt;
import io.tunemesh.platform.template.PromptTemplate;
import io.tunemesh.platform.template.PromptValues;
import io.tunemesh.platform.template.Templates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a table job asks of a row: a recipe's prompt as it was trained, or the client's own words.
 */
final class Question {

  private static final String AUTHOR = "author";

  private final PredictionSpec spec;
  private final KnownRecipe recipe;
  private final Map<String, PromptTemplate> templates = new HashMap<>();
  private final OwnTemplate own;

  private Question(PredictionSpec spec) throws BrokenTemplate {
    this.spec = spec;
    this.recipe = spec.recipe() == null ? null : KnownRecipe.named(spec.recipe()).orElseThrow();
    this.own = recipe == null ? new OwnTemplate(spec.template()) : null;
    if (recipe != null) {
      for (String language : Family.LANGUAGES) {
        templates.put(language, Templates.find(spec.template(), recipe.family, language));
      }
    }
  }

  /** The question of a job. */
  static Question of(PredictionSpec spec) throws BrokenTemplate {
    return new Question(spec);
  }

  /** The names of the values whose column the table must have, with the column that is meant. */
  Map<String, String> needed() {
    Map<String, String> needed = filled();
    if (showsAuthor()) {
      needed.put(AUTHOR, column(AUTHOR));
    }
    return needed;
  }

  /** Those of which a row of a recipe must have every cell. */
  private Map<String, String> filled() {
    Map<String, String> filled = new LinkedHashMap<>();
    List<String> names = recipe == null ? List.copyOf(own.columns()) : recipe.roles;
    names.forEach(name -> filled.put(name, column(name)));
    return filled;
  }

  /** The text of a row that a tagging recipe asks about; null for another question. */
  String tagged(Map<String, String> cells) {
    return recipe == KnownRecipe.TAGGING ? text(cells, column("text")) : null;
  }

  /**
   * The words for a row.
   *
   * @param cells by the column's name; empty ones are absent
   * @throws RowFailed if a cell that is needed is empty, or all that the client's own words show
   */
  Prompt of(Map<String, String> cells) throws RowFailed {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : filled().entrySet()) {
      String text = text(cells, each.getValue());
      if (text.isEmpty() && recipe != null) {
        throw empty(
            "The cell of '%s' is empty; fill it in.".formatted(each.getValue()), each.getValue());
      }
      texts.put(each.getKey(), text);
    }
    if (recipe == null) {
      if (texts.values().stream().allMatch(String::isEmpty)) {
        throw empty(
            "All cells that the template shows are empty; fill one in.",
            column(own.columns().getFirst()));
      }
      return new Prompt(spec.system(), own.render(texts), null);
    }
    String language = language(texts);
    Map<String, Object> values = new HashMap<>(texts);
    switch (recipe) {
      case PAPER_CLASSIFICATION ->
          values.put(AUTHOR, showsAuthor() ? text(cells, column(AUTHOR)) : "");
      case TEXT_CLASSIFICATION, SENTENCE_PAIR ->
          values.put("labels", PromptValues.listed(setting("labels")));
      case TAGGING -> values.put("entities", !spec.tagsWords());
      case TRANSLATION -> values.put("to", Blanks.strip(setting("to")));
      case REGRESSION -> {}
    }
    return templates.get(language).render(values, "", language);
  }

  private static RowFailed empty(String message, String column) {
    return new RowFailed(new Problem(422, "empty_cell", message, column));
  }

  private String language(Map<String, String> texts) {
    return spec.language() == null
        ? Languages.of(String.join("\n", new ArrayList<>(texts.values())))
        : spec.language();
  }

  private String setting(String name) {
    return spec.settings().getOrDefault(name, "");
  }

  private boolean showsAuthor() {
    return setting(AUTHOR).equals("true");
  }

  private String column(String name) {
    return spec.columns().getOrDefault(name, name);
  }

  private static String text(Map<String, String> cells, String column) {
    return PromptValues.cell(Cells.cell(cells, column));
  }
}
