package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.exam.Item;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamRowsTest {

  private static final String QUESTION = "1. What is it about?\nA. Tea\nB. Rain\nC. Cats\nD. Maps";
  private static final Sheet NOTES = new Sheet("Notes", 1, List.of(new Column("remark", "A")), 1);

  @Test
  void keepsAWholeRowWithWhereEachPartStood() throws ColumnsMissing {
    Recipe recipe = exam(List.of(sheet("text", "questions", "answers")), null);

    Outcome outcome = recipe.read(row("Exam", "text", "questions", "answers")).getFirst();

    Outcome.Kept kept = (Outcome.Kept) outcome;
    assertThat(kept.example().items())
        .containsExactly(
            new Item(
                1,
                "What is it about?",
                Map.of("A", "Tea", "B", "Rain", "C", "Cats", "D", "Maps"),
                'B'));
    assertThat(kept.example().columns()).containsEntry("options", new Column("questions", "B"));
    assertThat(((Content.Asked) kept.example().content()).output()).endsWith("Answers: 1. B");
  }

  @Test
  void refusesARowWithItsCell() throws ColumnsMissing {
    Recipe recipe = exam(List.of(sheet("text", "questions", "answers")), null);

    Outcome outcome =
        recipe
            .read(
                new SourceRecord(
                    "Exam", 2, Map.of("text", "It rained all day.", "questions", QUESTION)))
            .getFirst();

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
    Recipe recipe =
        exam(
            List.of(sheet("p1", "p2", "p3")),
            Map.of("text", "p1", "questions", "p2", "answers", "p3"));

    assertThat(recipe.read(row("Exam", "p1", "p2", "p3")).getFirst())
        .isInstanceOf(Outcome.Kept.class);
  }

  @Test
  void refusesTheRowsOfASheetThatIsNoExam() throws ColumnsMissing {
    Recipe recipe = exam(List.of(NOTES, sheet("text", "questions", "answers")), Map.of());

    assertThat(recipe.read(new SourceRecord("Notes", 2, Map.of("remark", "hello"))).getFirst())
        .isInstanceOfSatisfying(
            Outcome.Refused.class, r -> assertThat(r.code()).isEqualTo("columns_missing"));
    assertThat(recipe.read(row("Exam", "text", "questions", "answers")).getFirst())
        .isInstanceOf(Outcome.Kept.class);
  }

  @Test
  void tellsWhichColumnsItFoundAndWhichItNeeds() {
    assertThatThrownBy(() -> exam(List.of(NOTES, sheet("text", "questions", "remark")), null))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("no single column of answers")
        .hasMessageContaining("'Exam' has 'text' (A), 'questions' (B), 'remark' (C)");
    assertThatThrownBy(() -> exam(List.of(), null))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("no table");
  }

  @Test
  void refusesRolesThatItDoesNotHave() {
    assertThat(ExamRows.TYPE.mistakes(Map.of("answer", "x"), null))
        .containsExactly(
            new Mistake(
                "columns",
                "'answer' is no role of the recipe exam; it has text, options, answers"));
    assertThat(ExamRows.TYPE.mistakes(Map.of("options", "x", "questions", "y"), null)).hasSize(1);
    assertThat(ExamRows.TYPE.mistakes(Map.of("options", "x", "text", "y"), null)).isEmpty();
  }

  private static Recipe exam(List<Sheet> sheets, Map<String, String> chosen) throws ColumnsMissing {
    return ExamRows.TYPE.of(sheets, chosen, null);
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
