package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The sheets of a source, each with the columns that its recipe found there. */
public final class Sheets {

  private final RecipeType type;
  private final Map<String, Map<String, Column>> columns = new LinkedHashMap<>();
  private final Map<String, List<String>> missing = new HashMap<>();

  /**
   * Finds the columns.
   *
   * @throws ColumnsMissing if no sheet has all that the recipe needs
   */
  Sheets(RecipeType type, List<Sheet> sheets, Map<String, String> chosen) throws ColumnsMissing {
    this.type = type;
    for (Sheet sheet : sheets) {
      columns.put(sheet.name(), type.columns(sheet, chosen));
      missing.put(sheet.name(), missing(columns.get(sheet.name())));
    }
    for (Role role : type.roles()) {
      String named = role.chosenFrom(chosen);
      if (named != null && columns.values().stream().noneMatch(f -> f.containsKey(role.key()))) {
        throw named(role, named, sheets);
      }
    }
    if (columns.values().stream().noneMatch(found -> missing(found).isEmpty())) {
      throw columnsMissing(sheets);
    }
  }

  /** A row with the columns of its sheet. Throws Unusable where that has not what is needed. */
  Row row(SourceRecord record) throws Unusable {
    String sheet =
        record.sheet() == null && columns.size() == 1
            ? columns.keySet().iterator().next()
            : record.sheet() == null ? "" : record.sheet();
    Map<String, Column> found = columns.get(sheet);
    if (found == null) {
      throw new Unusable("sheet_unknown", null, "the row names a sheet that its file has not");
    }
    List<String> lacking = missing.get(sheet);
    if (!lacking.isEmpty()) {
      throw new Unusable(
          "columns_missing", null, "this sheet has no column of " + String.join(" and ", lacking));
    }
    return new Row(record, found);
  }

  /** The refusal of a row that cannot be used, at the column of the role that is to blame. */
  Outcome.Refused refusal(SourceRecord record, Unusable why) {
    return new Outcome.Refused(
        Place.of(record), why.code(), column(record, why.role()), why.getMessage());
  }

  private Column column(SourceRecord record, String role) {
    Map<String, Column> found =
        columns.size() == 1
            ? columns.values().iterator().next()
            : columns.getOrDefault(record.sheet() == null ? "" : record.sheet(), Map.of());
    return role == null ? null : found.get(role);
  }

  private List<String> missing(Map<String, Column> found) {
    return type.roles().stream()
        .filter(Role::required)
        .map(Role::key)
        .filter(key -> !found.containsKey(key))
        .toList();
  }

  private static ColumnsMissing named(Role role, String header, List<Sheet> sheets) {
    Sheet first = sheets.isEmpty() ? null : sheets.getFirst();
    return new ColumnsMissing(
        "columns",
        "'columns' names '%s' for %s, and no single column is called so; %s has %s"
            .formatted(
                header,
                role.key(),
                first == null || first.name().isEmpty()
                    ? "the file"
                    : "the sheet '" + first.name() + "'",
                first == null ? "no columns" : headers(first)),
        first == null || first.name().isEmpty() ? null : first.name(),
        first == null || first.headerRow() == 0 ? null : first.headerRow());
  }

  private ColumnsMissing columnsMissing(List<Sheet> sheets) {
    if (sheets.isEmpty()) {
      return new ColumnsMissing("columns", "the file has no table with a header", null, null);
    }
    Sheet nearest =
        sheets.stream()
            .min(Comparator.comparingInt(sheet -> missing(columns.get(sheet.name())).size()))
            .orElseThrow();
    List<String> missing = missing(columns.get(nearest.name()));
    List<String> needed =
        new ArrayList<>(type.roles().stream().filter(Role::required).map(Role::key).toList());
    return new ColumnsMissing(
        "columns",
        "the recipe %s needs %s, but finds no single column of %s; %s has %s. Name %s in 'columns', as {\"%s\": \"…\"}"
            .formatted(
                type.name(),
                String.join(" and ", needed),
                String.join(" and ", missing),
                nearest.name().isEmpty() ? "the file" : "the sheet '" + nearest.name() + "'",
                headers(nearest),
                missing.size() == 1 ? "it" : "them",
                missing.getFirst()),
        nearest.name().isEmpty() ? null : nearest.name(),
        nearest.headerRow() == 0 ? null : nearest.headerRow());
  }

  /** The headers of a sheet with their letters, for people. */
  public static String headers(Sheet sheet) {
    String headers =
        sheet.columns().stream()
            .limit(30)
            .map(
                column ->
                    column.letter().equals(column.name())
                        ? "'" + column.name() + "'"
                        : "'" + column.name() + "' (" + column.letter() + ")")
            .collect(Collectors.joining(", "));
    int more = sheet.columns().size() - 30;
    return headers.isEmpty()
        ? "no columns"
        : more > 0 ? headers + " and " + more + " more" : headers;
  }
}
