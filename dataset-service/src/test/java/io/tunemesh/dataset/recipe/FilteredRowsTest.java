package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.plan.DatasetSpec.Filter;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.filter.Filters;
import io.tunemesh.dataset.recipe.Sample.Made;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilteredRowsTest {

  private static final String ROWS =
      "text\tlabel\tyear\na\tx\t1998\nb\ty\t２０１５\nc\tx\t2020\nd\tx\t\ne\ty\tlong ago\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          year  | at_least   | 2000   | bc
          year  | at_most    | 2015.0 | ab
          label | equals     | x      | acd
          label | not_equals | x      | be
          year  | not_empty  |        | abce
          year  | contains   | 20     | c
          year  | matches    | ^\\d+$ | ac
          YEAR  | equals     | 2020   | c
          """)
  void readsOnlyRowsThatPass(String column, String test, String value, String kept)
      throws Exception {
    Made made = sample().where(column, test, value).read("text_classification");

    assertThat(
            made.examples().stream()
                .map(line -> ((Labels.Labelled) line.structure()).text())
                .collect(Collectors.joining()))
        .isEqualTo(kept);
    assertThat(made.codes()).hasSize(5 - kept.length()).containsOnly("filtered");
  }

  @Test
  void tellsTheCellAndWhatWasAskedFor() throws Exception {
    Made made = sample().where("year", "at_least", "2000").read("text_classification");

    assertThat(made.refused().getFirst().cell()).isEqualTo("C2");
    assertThat(made.refused().getFirst().reason())
        .isEqualTo("'year' is '1998', and a filter asks for at_least '2000'");
  }

  @Test
  void wantsEveryFilterToPass() throws Exception {
    Made made =
        sample()
            .where("year", "at_least", "2000")
            .where("label", "equals", "x")
            .read("text_classification");

    assertThat(made.examples()).extracting(ExampleLine::language).hasSize(1);
  }

  @Test
  void refusesAColumnThatTheFileHasNot() {
    assertThatThrownBy(() -> sample().where("jahr", "not_empty", null).read("text_classification"))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("'jahr', and the file has 'text' (A), 'label' (B), 'year' (C)")
        .extracting(e -> ((ColumnsMissing) e).field())
        .isEqualTo("filters[0].column");
  }

  @Test
  void tellsEveryMistakeBeforeARowIsRead() {
    assertThat(
            Filters.mistakes(
                List.of(
                    new Filter("a", "matches", "(b"),
                    new Filter("a", "at_least", "many"),
                    new Filter("a", "equals", null),
                    new Filter("a", "not_empty", "x"),
                    new Filter("a", "matches", "b+"))))
        .extracting(Mistake::field)
        .containsExactly(
            "filters[0].value", "filters[1].value", "filters[2].value", "filters[3].value");
  }

  @Test
  void refusesAnExpressionWhoseProgramWouldFillTheMemory() {
    assertThat(
            Filters.mistakes(
                List.of(
                    new Filter("a", "matches", "b+"),
                    new Filter("a", "matches", "((a{1000}){1000}){1000}"))))
        .singleElement()
        .satisfies(
            mistake -> {
              assertThat(mistake.field()).isEqualTo("filters[1].value");
              assertThat(mistake.message()).contains("too large");
            });
  }

  private static Sample sample() {
    return Sample.tsv(ROWS);
  }
}
