package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.exam.ExamColumn;
import io.tunemesh.dataset.exam.ExamColumns;
import io.tunemesh.dataset.exam.ExamReader;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.ExamText;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the rows of an exam workbook, a reading text with its questions and answers, as examples of
 * setting questions. A sheet without the three columns gives refused rows; a source without any
 * such sheet is no exam workbook.
 */
public final class ExamRecipe {

  /** The recipe's name in a specification, and the format of what it makes. */
  public static final String NAME = "exam";

  private static final Map<String, ExamColumn> ROLES =
      Map.of(
          "text", ExamColumn.TEXT,
          "options", ExamColumn.OPTIONS,
          "questions", ExamColumn.OPTIONS,
          "answers", ExamColumn.ANSWERS);

  private final Map<String, SheetColumns> sheets;

  private ExamRecipe(Map<String, SheetColumns> sheets) {
    this.sheets = sheets;
  }

  /**
   * The recipe for a source.
   *
   * @param chosen the columns the user names, by role; may be null
   * @throws ColumnsMissing if no sheet has the columns that it needs
   */
  public static ExamRecipe of(List<Sheet> sheets, Map<String, String> chosen)
      throws ColumnsMissing {
    Map<ExamColumn, String> mapping = mapping(chosen == null ? Map.of() : chosen);
    Map<String, SheetColumns> found = new LinkedHashMap<>();
    sheets.forEach(sheet -> found.put(sheet.name(), SheetColumns.of(sheet, mapping)));
    if (found.values().stream().noneMatch(sheet -> sheet.columns().isComplete())) {
      throw missing(sheets, found);
    }
    return new ExamRecipe(found);
  }

  /** What is wrong with a user's choice of columns, if anything is. */
  public static Optional<String> mistake(Map<String, String> chosen) {
    return chosen.keySet().stream()
        .filter(role -> !ROLES.containsKey(role))
        .sorted()
        .findFirst()
        .map(
            role ->
                "'%s' is no role of the recipe exam; it has text, options and answers"
                    .formatted(role))
        .or(
            () ->
                chosen.containsKey("options") && chosen.containsKey("questions")
                    ? Optional.of("'questions' and 'options' are the same role; name one of them")
                    : Optional.empty());
  }

  /** Reads one row. */
  public Outcome read(SourceRecord row) {
    SheetColumns sheet =
        row.sheet() == null && sheets.size() == 1
            ? sheets.values().iterator().next()
            : sheets.get(row.sheet());
    if (sheet == null) {
      return new Outcome.Refused(
          "sheet_unknown", null, "the row names a sheet that its file does not have");
    }
    if (!sheet.columns().isComplete()) {
      return new Outcome.Refused(
          "columns_missing", null, "this sheet has no column of " + sheet.missing());
    }
    return switch (ExamReader.read(sheet.columns().cells(sheet.values(row)))) {
      case ExamRow.Kept kept ->
          new Outcome.Kept(
              kept.language(),
              kept.text(),
              ExamText.write(kept.language(), kept.items()),
              kept.items(),
              kept.leftOut(),
              sheet.byRole());
      case ExamRow.Refused refused ->
          new Outcome.Refused(
              refused.code().name().toLowerCase(Locale.ROOT),
              sheet.of(refused.column()),
              refused.reason());
    };
  }

  private static Map<ExamColumn, String> mapping(Map<String, String> chosen) {
    Map<ExamColumn, String> mapping = new EnumMap<>(ExamColumn.class);
    chosen.forEach((role, header) -> mapping.put(ROLES.get(role), header));
    return mapping;
  }

  private static ColumnsMissing missing(List<Sheet> sheets, Map<String, SheetColumns> found) {
    if (sheets.isEmpty()) {
      return new ColumnsMissing("the file has no table with a header", null, null);
    }
    Sheet nearest =
        sheets.stream()
            .min((a, b) -> Integer.compare(lacking(found, a), lacking(found, b)))
            .orElseThrow();
    String headers =
        nearest.columns().stream()
            .map(column -> "'" + column.name() + "' (" + column.letter() + ")")
            .collect(Collectors.joining(", "));
    return new ColumnsMissing(
        ("the recipe exam needs columns of the text, the options and the answers, but finds none of"
                + " %s; the sheet '%s' has %s. Name them in 'columns', as {\"answers\": \"…\"}")
            .formatted(
                found.get(nearest.name()).missing(),
                nearest.name(),
                headers.isEmpty() ? "no columns" : headers),
        nearest.name(),
        nearest.headerRow());
  }

  private static int lacking(Map<String, SheetColumns> found, Sheet sheet) {
    return found.get(sheet.name()).columns().missing().size();
  }

  /** A sheet's columns, and which of them the recipe uses. */
  private record SheetColumns(List<Column> all, ExamColumns columns) {

    static SheetColumns of(Sheet sheet, Map<ExamColumn, String> mapping) {
      List<String> header = sheet.columns().stream().map(Column::name).toList();
      return new SheetColumns(sheet.columns(), ExamColumns.find(header, mapping));
    }

    List<String> values(SourceRecord row) {
      return all.stream().map(column -> row.values().getOrDefault(column.name(), "")).toList();
    }

    Column of(ExamColumn part) {
      return all.get(columns.indexes().get(part));
    }

    Map<String, Column> byRole() {
      Map<String, Column> roles = new HashMap<>();
      columns.indexes().forEach((part, index) -> roles.put(part.key(), all.get(index)));
      return roles;
    }

    String missing() {
      return columns.missing().stream().map(ExamColumn::key).collect(Collectors.joining(" and "));
    }
  }
}
