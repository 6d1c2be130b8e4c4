package io.tunemesh.platform.page;

import io.tunemesh.platform.page.Page.Cell;
import io.tunemesh.platform.page.Page.Column;
import io.tunemesh.platform.page.Page.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fills a table row by row. */
public final class TableRows {

  private final String caption;
  private final List<Column> head;
  private final List<List<Cell>> rows = new ArrayList<>();

  private TableRows(String caption, List<Column> head) {
    this.caption = caption;
    this.head = head;
  }

  /**
   * @param columns their names, with a {@code #} before those of numbers and a {@code $} before
   *     those of texts whose blanks matter
   */
  public static TableRows of(String caption, String... columns) {
    return new TableRows(
        caption,
        Arrays.stream(columns).map(name -> new Column(name, name.startsWith("#"))).toList());
  }

  /** Adds a row of texts and of counts. */
  public void add(Object... values) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      String text = values[i] instanceof Long count ? Numbers.count(count) : values[i].toString();
      cells.add(new Cell(text, head.get(i).numeric(), head.get(i).name().startsWith("$")));
    }
    rows.add(cells);
  }

  /** The table; null where it has no row. */
  public Table done() {
    List<Column> named =
        head.stream()
            .map(c -> new Column(c.name().replaceFirst("^[#$]", ""), c.numeric()))
            .toList();
    return rows.isEmpty() ? null : new Table(caption, named, rows);
  }
}
