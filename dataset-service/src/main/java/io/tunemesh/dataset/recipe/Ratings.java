package io.tunemesh.dataset.recipe;

import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Families;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Texts that have a number each. */
final class Ratings {

  private static final String SCORE = "score";

  static final RecipeType TYPE =
      RecipeType.rows(
          "regression",
          Task.REGRESSION,
          "text, score",
          List.of(
              Role.needed("text", Texts.TEXT_HEADERS),
              Role.needed(SCORE, "rating", "stars", "分数", "评分", "得分")),
          List.of(),
          Families.REGRESSION,
          settings -> Ratings::read);

  private Ratings() {}

  /** A text with its number. */
  record Rated(String text, BigDecimal score) {}

  private static Example read(Row row) throws Unusable {
    String text = row.needed("text");
    BigDecimal score = Numbers.of(row.needed(SCORE));
    if (score == null) {
      throw new Unusable(
          "score_no_number",
          SCORE,
          "'%s' is no number; write it with digits and a point, as 3.5"
              .formatted(Shown.of(row.text(SCORE))));
    }
    return Example.of(
        Language.of(text),
        text,
        new Content.Asked(List.of(), Map.of("text", text), score.toPlainString()),
        new Rated(text, score),
        row);
  }
}
