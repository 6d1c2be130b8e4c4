package io.tunemesh.ingest.table;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a text separates its fields.
 *
 * @param quote {@link #NONE} where quotation marks are part of the text
 * @param declared the first line is Excel's {@code sep=;}, which is no row
 */
public record Dialect(char separator, char quote, boolean declared) {

  /** No character of a text. */
  static final char NONE = '\0';

  /** Rows that must have the same number of fields; the others may be ragged. */
  private static final double REGULAR = 0.8;

  private static final List<Character> SEPARATORS = List.of(',', '\t', ';', '|');
  private static final Pattern DECLARED =
      Pattern.compile("\ufeff?(?i:sep)=([^\"\\p{Cc}\\x{10000}-\\x{10ffff}]|\\t)\\s*");

  /** Whether a row is under way, for some separator, before these lines have two of them whole. */
  public static boolean endsEarly(List<String> lines) {
    String text = joined(lines);
    return SEPARATORS.stream().anyMatch(each -> new Dialect(each, '"', false).endsEarly(text));
  }

  private boolean endsEarly(String text) {
    try (CsvReader<CsvRecord> reader = reader().ofCsvRecord(text)) {
      return reader.stream().filter(record -> !isBlank(record)).limit(3).count() < 3;
    } catch (CsvParseException e) {
      return false;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * The first lines' dialect; empty if they are no table of at least two columns.
   *
   * @param whole whether they are all that there are; else the last row may go on behind them
   */
  public static Optional<Dialect> of(List<String> lines, boolean whole) {
    List<String> some = first(lines);
    if (some.isEmpty()) {
      return Optional.empty();
    }
    boolean all = whole && some.size() == lines.size();
    String text = joined(lines);
    Matcher declared = DECLARED.matcher(some.getFirst());
    if (declared.matches()) {
      return Optional.of(new Dialect(declared.group(1).charAt(0), '"', true));
    }
    Dialect best = null;
    double bestScore = 0;
    for (char separator : SEPARATORS) {
      for (char quote : quotes(separator, some)) {
        Dialect dialect = new Dialect(separator, quote, false);
        double score = dialect.score(text, all);
        if (score > bestScore) {
          best = dialect;
          bestScore = score;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static List<String> first(List<String> lines) {
    return lines.subList(0, Math.min(lines.size(), 1000));
  }

  private static String joined(List<String> lines) {
    return String.join("\n", first(lines));
  }

  private static boolean isBlank(CsvRecord record) {
    return record.getFieldCount() == 1 && record.getField(0).isBlank();
  }

  public boolean isTabs() {
    return separator == '\t';
  }

  CsvReader.CsvReaderBuilder reader() {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .quoteCharacter(quote)
        .commentStrategy(CommentStrategy.NONE)
        .skipEmptyLines(false)
        .allowExtraFields(true)
        .allowMissingFields(true)
        .trimWhitespacesAroundQuotes(false)
        .detectBomHeader(false);
  }

  /**
   * Tabs seldom need quotation marks, and a sentence may begin with one: there they count only if
   * every field that begins with one ends with one.
   */
  private static List<Character> quotes(char separator, List<String> lines) {
    if (separator != '\t') {
      return lines.getFirst().startsWith("'") ? List.of('"', '\'') : List.of('"');
    }
    boolean quoted = false;
    for (String line : lines) {
      for (String field : line.split("\t", -1)) {
        if (field.startsWith("\"")) {
          if (field.length() < 2 || !field.endsWith("\"")) {
            return List.of(NONE);
          }
          quoted = true;
        }
      }
    }
    return List.of(quoted ? '"' : NONE);
  }

  /** The share of rows with as many fields as the first, and a little for more columns. */
  private double score(String text, boolean whole) {
    Map<Integer, Integer> widths = new TreeMap<>();
    int rows = 0;
    int last = 0;
    List<String> first = List.of();
    try (CsvReader<CsvRecord> reader = reader().ofCsvRecord(text)) {
      for (CsvRecord record : reader) {
        if (isBlank(record)) {
          continue;
        }
        if (rows++ == 0) {
          first = new ArrayList<>(record.getFields());
        }
        last = record.getFieldCount();
        widths.merge(last, 1, Integer::sum);
      }
    } catch (CsvParseException e) {
      return rows > 1 && isRow(first, text) ? REGULAR : 0; // said with its place when it is read
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (!whole && last < first.size()) {
      rows--; // its other fields may come behind
    }
    double regular = widths.getOrDefault(first.size(), 0) / (double) Math.max(rows, 1);
    if (rows < 2 || !isRow(first, text) || regular < REGULAR) {
      return 0;
    }
    return regular + first.size() / 10_000.0;
  }

  /**
   * A first row is names or, without a header, a row: not the lines of a text that have commas in
   * them.
   */
  private boolean isRow(List<String> first, String text) {
    boolean prose =
        separator == ','
            && !text.startsWith("\"")
            && first.getLast().strip().matches("(?s).*[.。！!…]");
    return first.size() > 1 && !prose;
  }
}
