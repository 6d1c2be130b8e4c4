package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.exam.Item;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamRecipeTest {

  private static final String QUESTION = "1. What is it about?\nA. Tea\nB. Rain\nC. Cats\nD. Maps";
  private static final Sheet NOTES = new Sheet("Notes", 1, List.of(new Column("remark", "A")), 1);

  @Test
  void keepsAWholeRowWithWhereEachPartStood() throws ColumnsMissing {
    ExamRecipe recipe = ExamRecipe.of(List.of(sheet("text", "questions", "answers")), null);

    Outcome outcome = recipe.read(row("Exam", "text", "questions", "answers"));

    Outcome.Kept kept = (Outcome.Kept) outcome;
    assertThat(kept.items())
        .containsExactly(
            new Item(
                1,
                "What is it about?",
                Map.of("A", "Tea", "B", "Rain", "C", "Cats", "D", "Maps"),
                'B'));
    assertThat(kept.columns()).containsEntry("options", new Column("questions", "B"));
    assertThat(kept.output()).endsWith("Answers: 1. B");
  }

  @Test
  void refusesARowWithItsCell() throws ColumnsMissing {
    ExamRecipe recipe = ExamRecipe.of(List.of(sheet("text", "questions", "answers")), null);

    Outcome outcome =
        recipe.read(
            new SourceRecord(
                "Exam", 2, Map.of("text", "It rained all day.", "questions", QUESTION)));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("empty_cell");
              assertThat(refused.column()).isEqualTo(new Column("answers", "C"));
            });
  }

  @Test
  void takesTheColumnsThatTheUserNames() throws ColumnsMissing {
    ExamRecipe recipe =
        ExamRecipe.of(
            List.of(sheet("p1", "p2", "p3")),
            Map.of("text", "p1", "questions", "p2", "answers", "p3"));

    assertThat(recipe.read(row("Exam", "p1", "p2", "p3"))).isInstanceOf(Outcome.Kept.class);
  }

  @Test
  void refusesTheRowsOfASheetThatIsNoExam() throws ColumnsMissing {
    ExamRecipe recipe =
        ExamRecipe.of(List.of(NOTES, sheet("text", "questions", "answers")), Map.of());

    assertThat(recipe.read(new SourceRecord("Notes", 2, Map.of("remark", "hello"))))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, r -> assertThat(r.code()).isEqualTo("columns_missing"));
    assertThat(recipe.read(row("Exam", "text", "questions", "answers")))
        .isInstanceOf(Outcome.Kept.class);
  }

  @Test
  void tellsWhichColumnsItFoundAndWhichItNeeds() {
    assertThatThrownBy(
            () -> ExamRecipe.of(List.of(NOTES, sheet("text", "questions", "remark")), null))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("none of answers")
        .hasMessageContaining("'Exam' has 'text' (A), 'questions' (B), 'remark' (C)");
    assertThatThrownBy(() -> ExamRecipe.of(List.of(), null))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("no table");
  }

  @Test
  void refusesRolesThatItDoesNotHave() {
    assertThat(ExamRecipe.mistake(Map.of("answer", "x")))
        .hasValueSatisfying(m -> assertThat(m).contains("'answer'"));
    assertThat(ExamRecipe.mistake(Map.of("options", "x", "questions", "y"))).isPresent();
    assertThat(ExamRecipe.mistake(Map.of("options", "x", "text", "y"))).isEmpty();
  }

  private static Sheet sheet(String text, String options, String answers) {
    return new Sheet(
        "Exam",
        1,
        List.of(new Column(text, "A"), new Column(options, "B"), new Column(answers, "C")),
        1);
  }

  private static SourceRecord row(String sheet, String text, String options, String answers) {
    return new SourceRecord(
        sheet, 2, Map.of(text, "It rained all day.", options, QUESTION, answers, "1. B"));
  }
}
