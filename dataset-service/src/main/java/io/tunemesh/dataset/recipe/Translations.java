package io.tunemesh.dataset.recipe;

import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Families;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Texts with their translation. */
final class Translations {

  static final RecipeType TYPE =
      RecipeType.rows(
          "translation",
          Task.SFT,
          "source, target",
          List.of(
              Role.needed("source", "src", "source_text", "原文", "源文本"),
              Role.needed("target", "tgt", "target_text", "translation", "译文", "目标文本")),
          List.of(
              Setting.text(
                  "to",
                  "the language to translate into, as the prompt is to name it; without it the"
                      + " prompt names none")),
          Families.TRANSLATION,
          settings -> row -> read(row, settings.text("to")));

  private Translations() {}

  /** A text and its translation. */
  record Translated(String source, String target) {}

  private static Example read(Row row, String to) throws Unusable {
    String source = row.needed("source");
    String target = row.needed("target");
    return Example.of(
        Language.of(source),
        source,
        new Content.Asked(List.of(), Map.of("source", source, "to", to), target, Set.of("to")),
        new Translated(source, target),
        row);
  }
}
