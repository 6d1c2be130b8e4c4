package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.exam.ExamCells;
import io.tunemesh.dataset.exam.ExamColumn;
import io.tunemesh.dataset.exam.ExamColumns;
import io.tunemesh.dataset.exam.ExamReader;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.ExamText;
import io.tunemesh.platform.template.Family;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Exam workbooks: each row is a reading text with its questions and answers, and becomes an example
 * of setting questions.
 */
final class ExamRows {

  private static final String TEXT = "text";

  static final RecipeType TYPE =
      new RecipeType(
          "exam",
          Task.SFT,
          "阅读文本, 选项, 答案",
          List.of(
              Role.needed(TEXT, "阅读文本"),
              new Role("options", "questions", true, List.of("选项")),
              Role.needed("answers", "答案")),
          List.of(),
          new Family("exam", true, List.of(TEXT, "questions"), List.of(TEXT), List.of("questions")),
          ExamRows::columns,
          (sheets, settings) -> new RowRecipe(sheets, ExamRows::read));

  private ExamRows() {}

  private static Map<String, Column> columns(
      Sheet sheet, List<Role> roles, Map<String, String> chosen) {
    Map<ExamColumn, String> mapping = new EnumMap<>(ExamColumn.class);
    for (Role role : roles) {
      String header = role.chosenFrom(chosen);
      if (header != null) {
        mapping.put(ExamColumn.valueOf(role.key().toUpperCase(Locale.ROOT)), header);
      }
    }
    List<String> header = sheet.columns().stream().map(Column::name).toList();
    Map<String, Column> found = new HashMap<>();
    ExamColumns.find(header, mapping)
        .indexes()
        .forEach((part, index) -> found.put(part.key(), sheet.columns().get(index)));
    return found;
  }

  private static Example read(Row row) throws Unusable {
    ExamCells cells =
        new ExamCells(row.verbatim(TEXT), row.verbatim("options"), row.verbatim("answers"));
    return switch (ExamReader.read(cells)) {
      case ExamRow.Kept kept ->
          new Example(
              kept.language(),
              kept.text(),
              new Content.Asked(
                  List.of(),
                  Map.of(TEXT, kept.text(), "questions", kept.items().size()),
                  ExamText.write(kept.language(), kept.items()),
                  Set.of("questions")),
              null,
              kept.items(),
              kept.leftOut(),
              null,
              row.columns());
      case ExamRow.Refused refused ->
          throw new Unusable(
              refused.code().name().toLowerCase(Locale.ROOT),
              refused.column() == null ? null : refused.column().key(),
              refused.reason());
    };
  }
}
