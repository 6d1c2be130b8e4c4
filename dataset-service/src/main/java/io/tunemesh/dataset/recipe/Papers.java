package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Families;
import java.util.List;
import java.util.Map;

/**
 * Papers that are medical or not, told by 1 or 0. The prompt is the same for every paper, so that
 * what is asked later is what was trained.
 */
final class Papers {

  static final RecipeType TYPE =
      RecipeType.rows(
          "paper_classification",
          Task.CLASSIFICATION,
          "uuid, title, author, abstract, Keywords, label",
          List.of(
              Role.needed("title", "标题", "题名", "题目"),
              Role.needed("abstract", "摘要", "summary"),
              Role.needed("label", "标签", "类别"),
              Role.optional("author", "authors", "作者"),
              Role.optional("keywords", "keyword", "关键词"),
              Role.optional("uuid", "id", "编号")),
          List.of(
              Setting.choice(
                  "author", "`true` to show the model the authors as well", "false", "true")),
          Families.PAPER_CLASSIFICATION,
          settings -> row -> read(row, settings.is("author", "true")));

  private Papers() {}

  /** The fields of a paper; null where the table has none. */
  record Paper(
      String uuid,
      String title,
      String author,
      @JsonProperty("abstract") String summary,
      String keywords,
      String label) {}

  private static Example read(Row row, boolean withAuthor) throws Unusable {
    String title = row.needed("title");
    String summary = row.needed("abstract");
    String label = row.needed("label");
    if (!label.equals("0") && !label.equals("1")) {
      throw new Unusable(
          "label_unknown",
          "label",
          "the label must be 1 (medical) or 0 (not), not '%s'".formatted(Shown.of(label)));
    }
    Map<String, String> values =
        Map.of("title", title, "abstract", summary, "author", withAuthor ? row.text("author") : "");
    return Example.labelled(
        Language.of(title + "\n" + summary),
        title + "\n" + summary,
        new Content.Asked(List.of(), values, label),
        new Paper(
            orNull(row, "uuid"),
            title,
            orNull(row, "author"),
            summary,
            orNull(row, "keywords"),
            label),
        row);
  }

  private static String orNull(Row row, String role) {
    String text = row.noted(role);
    return text.isEmpty() ? null : text;
  }
}
