package io.tunemesh.dataset.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tunemesh.contract.plan.DatasetSpec.Filter;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Numbers;
import io.tunemesh.dataset.recipe.Sheets;
import io.tunemesh.dataset.recipe.Shown;
import io.tunemesh.platform.text.Expressions;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The conditions that a source's rows must meet. Expressions are RE2's, whose time grows with the
 * cell alone, and of a bounded size, so that none of a stranger's can hold a worker up.
 */
public final class Filters {

  private final List<Condition> conditions = new ArrayList<>();
  private final Map<Sheet, List<Column>> columns = new IdentityHashMap<>();

  /** Why a row was left out: the column where it stood, if its sheet has it, and what to know. */
  public record Failed(Column column, String reason) {}

  private record Condition(Filter filter, Pattern pattern, BigDecimal number) {}

  /**
   * @param filters may be null; without {@link #mistakes}
   */
  public Filters(List<Filter> filters) {
    Expressions expressions = new Expressions();
    for (Filter filter : filters == null ? List.<Filter>of() : filters) {
      conditions.add(
          new Condition(
              filter,
              filter.test().equals("matches") ? expressions.compile(filter.value()) : null,
              filter.test().startsWith("at_") ? Numbers.of(filter.value()) : null));
    }
  }

  /** What is wrong with filters, which may be null: each mistake with its field. */
  public static List<Mistake> mistakes(List<Filter> filters) {
    List<Mistake> mistakes = new ArrayList<>();
    Expressions expressions = new Expressions();
    for (int i = 0; filters != null && i < filters.size(); i++) {
      String field = "filters[%d].value".formatted(i);
      mistake(filters.get(i), expressions)
          .ifPresent(what -> mistakes.add(new Mistake(field, what)));
    }
    return mistakes;
  }

  private static Optional<String> mistake(Filter filter, Expressions expressions) {
    if (filter.test().equals("not_empty")) {
      return filter.value() == null
          ? Optional.empty()
          : Optional.of("is not needed: not_empty compares with nothing; leave it out");
    }
    if (filter.value() == null) {
      return Optional.of("is missing: give what %s compares with".formatted(filter.test()));
    }
    if (filter.test().startsWith("at_") && Numbers.of(filter.value()) == null) {
      return Optional.of("must be a number, not \"%s\"".formatted(Shown.of(filter.value())));
    }
    if (filter.test().equals("matches")) {
      try {
        expressions.compile(filter.value());
      } catch (PatternSyntaxException e) {
        return Optional.of("is no RE2 expression: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** The filters whose column is in none of {@code sheets}. */
  public List<ColumnsMissing> missing(List<Sheet> sheets) {
    List<ColumnsMissing> missing = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      String column = conditions.get(i).filter().column();
      if (sheets.stream().allMatch(sheet -> column(sheet, column) == null)) {
        Sheet first = sheets.isEmpty() ? null : sheets.getFirst();
        missing.add(
            new ColumnsMissing(
                "filters[%d].column".formatted(i),
                "a filter asks for the column '%s', and the file has %s"
                    .formatted(column, first == null ? "no columns" : Sheets.headers(first)),
                first == null || first.name().isEmpty() ? null : first.name(),
                first == null || first.headerRow() == 0 ? null : first.headerRow()));
      }
    }
    return missing;
  }

  /**
   * The first condition that a row does not meet, if there is one. A cell that is not there is
   * empty, and an empty cell is no number.
   *
   * @param sheet the row's; null where the format has none and the file has several
   */
  public Optional<Failed> failed(SourceRecord row, Sheet sheet) {
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      Column column = sheet == null ? null : columns(sheet).get(i);
      String cell = column == null ? "" : row.values().getOrDefault(column.name(), "").strip();
      if (!passes(condition, cell)) {
        String value = condition.filter().value();
        return Optional.of(
            new Failed(
                column,
                "'%s' is '%s', and a filter asks for %s%s"
                    .formatted(
                        condition.filter().column(),
                        Shown.of(cell),
                        condition.filter().test(),
                        value == null ? "" : " '" + Shown.of(value) + "'")));
      }
    }
    return Optional.empty();
  }

  private static boolean passes(Condition condition, String cell) {
    String value = condition.filter().value();
    return switch (condition.filter().test()) {
      case "equals" -> cell.equals(value.strip());
      case "not_equals" -> !cell.equals(value.strip());
      case "contains" -> cell.contains(value);
      case "matches" -> condition.pattern().matcher(cell).find();
      case "at_least" -> compare(cell, condition.number(), 1);
      case "at_most" -> compare(cell, condition.number(), -1);
      default -> !cell.isEmpty();
    };
  }

  private static boolean compare(String cell, BigDecimal number, int direction) {
    BigDecimal found = Numbers.of(cell);
    return found != null && found.compareTo(number) * direction >= 0;
  }

  /** The columns of the conditions, in their order; null for one that the sheet has not. */
  private List<Column> columns(Sheet sheet) {
    return columns.computeIfAbsent(
        sheet,
        s ->
            Arrays.asList(
                conditions.stream()
                    .map(condition -> column(s, condition.filter().column()))
                    .toArray(Column[]::new)));
  }

  private static Column column(Sheet sheet, String name) {
    return sheet.columns().stream()
        .filter(column -> plain(column.name()).equals(plain(name)))
        .findFirst()
        .orElse(null);
  }

  private static String plain(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
  }
}
