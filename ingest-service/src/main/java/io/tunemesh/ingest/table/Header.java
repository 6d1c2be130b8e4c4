package io.tunemesh.ingest.table;

import io.tunemesh.contract.upload.UploadParsed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of a table's columns. A column without a name is called by its letter, and of two of
 * the same name the second gets a number, so that no cell is lost.
 */
final class Header {

  private static final int MAX_NAME = 255;

  /** What is no name: a number, a date, a link. */
  private static final Pattern VALUE =
      Pattern.compile("[-+]?[\\d.,/:%\\-\\s]+([eE][-+]?\\d+)?|https?://.*");

  private static final Pattern SENTENCE = Pattern.compile("(?s).*[。！!…；;]|.{12,}\\.");

  private static final Pattern QUESTION = Pattern.compile("(?s).*[?？]\\s*");

  private final List<String> names = new ArrayList<>();

  private Header() {}

  /**
   * Whether the first row is names rather than values: all short and different, none a number or a
   * sentence, and none of them again below in its column. A question is a name, as forms export
   * them, unless the cells below it are questions as well.
   *
   * @param below some of the rows that follow
   */
  static boolean isIn(List<String> first, List<List<String>> below) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < first.size(); i++) {
      String name = first.get(i).strip();
      if (name.isEmpty()) {
        continue;
      }
      seen.add(name);
      if (name.length() > MAX_NAME
          || VALUE.matcher(name).matches()
          || SENTENCE.matcher(name).matches()) {
        return false;
      }
      int column = i;
      List<String> cells =
          below.stream().filter(row -> column < row.size()).map(row -> row.get(column)).toList();
      long questions = cells.stream().filter(cell -> QUESTION.matcher(cell).matches()).count();
      if (QUESTION.matcher(name).matches() && questions * 2 > cells.size()) {
        return false;
      }
      if (cells.stream().anyMatch(cell -> cell.strip().equals(name))) {
        return false;
      }
    }
    return seen.size() >= Math.min(2, first.size());
  }

  /** The names that a first row gives. */
  static Header of(List<String> first) {
    Header header = new Header();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < first.size(); i++) {
      String wanted = first.get(i).strip();
      if (wanted.isEmpty()) {
        wanted = letters(i);
      }
      String name = wanted;
      for (int n = 2; !taken.add(name); n++) {
        name = wanted + " (" + n + ")";
      }
      header.names.add(name);
    }
    return header;
  }

  /** The letters alone. */
  static Header ofWidth(int width) {
    return of(java.util.Collections.nCopies(width, ""));
  }

  int width() {
    return names.size();
  }

  String name(int column) {
    return names.get(column);
  }

  List<UploadParsed.Column> columns() {
    List<UploadParsed.Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(new UploadParsed.Column(names.get(i), letters(i)));
    }
    return columns;
  }

  /** As a spreadsheet counts columns: A, B, … Z, AA. */
  private static String letters(int column) {
    StringBuilder letters = new StringBuilder();
    for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
      letters.insert(0, (char) ('A' + (rest - 1) % 26));
    }
    return letters.toString();
  }
}
