package io.tunemesh.dataset.recipe;

import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Families;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Texts, and pairs of sentences, that have a label each. */
final class Labels {

  private static final String LABEL = "label";
  private static final Role LABEL_ROLE =
      Role.needed(LABEL, "labels", "标签", "类别", "分类", "category", "class");
  private static final Setting LABELS =
      Setting.text(
          "labels",
          "the labels that there are, with commas between them: a row with another is refused, and"
              + " the prompt lists them");

  static final RecipeType TEXT =
      RecipeType.rows(
          "text_classification",
          Task.CLASSIFICATION,
          "text, label",
          List.of(Role.needed("text", Texts.TEXT_HEADERS), LABEL_ROLE),
          List.of(LABELS),
          Families.TEXT_CLASSIFICATION,
          settings -> row -> text(row, settings));

  static final RecipeType PAIR =
      RecipeType.rows(
          "sentence_pair",
          Task.CLASSIFICATION,
          "sentence1, sentence2, label",
          List.of(
              Role.needed("sentence1", "text1", "premise", "question1", "句子1", "句子一"),
              Role.needed("sentence2", "text2", "hypothesis", "question2", "句子2", "句子二"),
              LABEL_ROLE),
          List.of(LABELS),
          Families.SENTENCE_PAIR,
          settings -> row -> pair(row, settings));

  private Labels() {}

  /** A text with its label. */
  record Labelled(String text, String label) {}

  /** Two sentences with their label. */
  record LabelledPair(String sentence1, String sentence2, String label) {}

  private static Example text(Row row, Settings settings) throws Unusable {
    String text = row.needed("text");
    String label = label(row, settings);
    Map<String, String> values = Map.of("text", text, "labels", settings.listed("labels"));
    return Example.labelled(
        Language.of(text),
        text,
        new Content.Asked(List.of(), values, label, Set.of("labels")),
        new Labelled(text, label),
        row);
  }

  private static Example pair(Row row, Settings settings) throws Unusable {
    String first = row.needed("sentence1");
    String second = row.needed("sentence2");
    String label = label(row, settings);
    Map<String, String> values =
        Map.of("sentence1", first, "sentence2", second, "labels", settings.listed("labels"));
    return Example.labelled(
        Language.of(first + "\n" + second),
        first + "\n" + second,
        new Content.Asked(List.of(), values, label, Set.of("labels")),
        new LabelledPair(first, second, label),
        row);
  }

  private static String label(Row row, Settings settings) throws Unusable {
    String label = row.needed(LABEL);
    List<String> known = settings.list("labels");
    if (!known.isEmpty() && !known.contains(settings.mended(label))) {
      throw new Unusable(
          "label_unknown",
          LABEL,
          "'%s' is none of the labels %s; mend it, or name it in 'settings.labels'"
              .formatted(Shown.of(label), String.join(", ", known)));
    }
    return label;
  }
}
