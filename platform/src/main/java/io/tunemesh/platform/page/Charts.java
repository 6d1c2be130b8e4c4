package io.tunemesh.platform.page;

import io.tunemesh.platform.page.Page.Bar;
import io.tunemesh.platform.page.Page.Chart;
import io.tunemesh.platform.page.Page.Piece;
import io.tunemesh.platform.page.Page.Swatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Lays out bars in a picture 720 units wide: labels, bars of up to 380 units, and values. */
public final class Charts {

  private static final int LEFT = 210;
  private static final int WIDTH = 380;
  private static final int ROW = 26;
  private static final int LABEL = 28;

  private static final Map<String, String> FILLS =
      Map.of(
          "kept", "#2f7d4f",
          "refused", "#b3402e",
          "removed", "#b07d12",
          "train", "#2b66b1",
          "validation", "#8a5aa8",
          "test", "#13807e");

  /** The series of a chart, by the class of their colour. */
  public record Series(String style, String name) {

    String fill() {
      return FILLS.get(style);
    }
  }

  /** A row by the numbers of its series. */
  public record Row(String label, List<Long> values) {}

  private Charts() {}

  /**
   * Bars whose lengths can be compared.
   *
   * @param rows at least one
   */
  public static Chart bars(String id, String title, List<Series> series, List<Row> rows) {
    long most = rows.stream().mapToLong(Charts::sum).max().orElse(0);
    List<Bar> bars = new ArrayList<>();
    for (Row row : rows) {
      int y = bars.size() * ROW + 4;
      bars.add(
          new Bar(
              Texts.fit(row.label(), LABEL),
              Numbers.count(sum(row)),
              y,
              y + 14,
              pieces(row, series, most)));
    }
    List<Swatch> legend =
        series.size() == 1
            ? List.of()
            : series.stream().map(s -> new Swatch(s.style(), s.fill(), s.name())).toList();
    return new Chart(id, title, about(series, rows), rows.size() * ROW + 6, bars, legend);
  }

  private static List<Piece> pieces(Row row, List<Series> series, long most) {
    List<Piece> pieces = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < series.size(); i++) {
      long value = row.values().get(i);
      if (value > 0) {
        double x = LEFT + (double) before / most * WIDTH;
        double width = Math.max(0.8, (double) value / most * WIDTH);
        pieces.add(
            new Piece(
                unit(x),
                unit(width),
                series.get(i).style(),
                series.get(i).fill(),
                "%s, %s: %s".formatted(row.label(), series.get(i).name(), Numbers.count(value))));
      }
      before += value;
    }
    return pieces;
  }

  private static String about(List<Series> series, List<Row> rows) {
    StringBuilder about = new StringBuilder();
    for (Row row : rows.subList(0, Math.min(12, rows.size()))) {
      about.append(about.isEmpty() ? "" : "; ").append(Texts.cut(row.label(), 60)).append(": ");
      about.append(
          String.join(
              ", ",
              IntStream.range(0, series.size())
                  .mapToObj(i -> Numbers.count(row.values().get(i)) + " " + series.get(i).name())
                  .toList()));
    }
    return about + (rows.size() > 12 ? "; and so on, as the table says." : ".");
  }

  private static long sum(Row row) {
    return row.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String unit(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
