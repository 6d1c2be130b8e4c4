package io.tunemesh.platform.page;

import io.tunemesh.platform.page.Page.Band;
import io.tunemesh.platform.page.Page.Dot;
import io.tunemesh.platform.page.Page.Line;
import io.tunemesh.platform.page.Page.Lines;
import io.tunemesh.platform.page.Page.Mark;
import io.tunemesh.platform.page.Page.Swatch;
import io.tunemesh.platform.page.Page.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lays out lines in a picture of 720 by 320 units. A line of more points than the picture is wide
 * is drawn through the means of as many stretches. What is no number is left out.
 */
public final class Plot {

  private static final double LEFT = 62;
  private static final double RIGHT = 704;
  private static final double TOP = 24;
  private static final double BOTTOM = 272;
  private static final int MOST_POINTS = 600;
  private static final int MOST_DOTS = 60;

  /** A point of a line by its numbers. */
  public record Point(double x, double y) {}

  /**
   * A line by its numbers.
   *
   * @param style the class of its colour
   * @param stroke its colour where no style is read
   * @param dots whether each point is shown
   */
  public record Series(
      String style, String stroke, String name, boolean dots, List<Point> points) {}

  /** A point to be pointed out. */
  public record Pointed(String style, String fill, double x, double y, String label) {}

  private final List<Series> series;
  private final double minX;
  private final double maxX;
  private final double minY;
  private final double step;
  private final double maxY;

  private Plot(List<Series> series) {
    this.series = series;
    List<Point> all = series.stream().flatMap(one -> one.points().stream()).toList();
    minX = all.stream().mapToDouble(Point::x).min().orElse(0);
    maxX = Math.max(minX + 1, all.stream().mapToDouble(Point::x).max().orElse(1));
    double low = all.stream().mapToDouble(Point::y).min().orElse(0);
    double high = all.stream().mapToDouble(Point::y).max().orElse(1);
    step = nice((high - low) / 5);
    minY = Math.floor(low / step) * step;
    maxY = Math.max(minY + step, Math.ceil(high / step) * step);
  }

  /**
   * The picture.
   *
   * @param axis what the numbers across are
   * @param bandFrom where a stretch to the right end begins, or null
   */
  public static Lines of(
      String id,
      String title,
      String about,
      String axis,
      List<Series> given,
      List<Pointed> marks,
      Double bandFrom,
      String bandLabel) {
    List<Series> series = given.stream().map(Plot::finite).toList();
    Plot plot = new Plot(series);
    return new Lines(
        id,
        title,
        about,
        axis,
        plot.across(),
        plot.up(),
        bandFrom == null
            ? null
            : new Band(
                unit(plot.x(bandFrom)), unit(Math.max(0, RIGHT - plot.x(bandFrom))), bandLabel),
        series.stream().filter(one -> !one.points().isEmpty()).map(plot::line).toList(),
        marks.stream().map(plot::mark).toList(),
        series.stream()
            .filter(one -> !one.points().isEmpty())
            .map(one -> new Swatch(one.style(), one.stroke(), one.name()))
            .toList());
  }

  private static Series finite(Series one) {
    return new Series(
        one.style(),
        one.stroke(),
        one.name(),
        one.dots(),
        one.points().stream()
            .filter(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()))
            .toList());
  }

  private Line line(Series one) {
    List<Point> points = thinned(one.points());
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "" : " ").append(unit(x(point.x()))).append(',');
      path.append(unit(y(point.y())));
    }
    List<Dot> dots = new ArrayList<>();
    if (one.dots() && points.size() <= MOST_DOTS) {
      for (Point point : points) {
        String title =
            "%s, %s: %s".formatted(one.name(), whole(point.x()), Numbers.digits(point.y()));
        dots.add(new Dot(unit(x(point.x())), unit(y(point.y())), title));
      }
    }
    return new Line(one.style(), one.stroke(), path.toString(), dots);
  }

  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= MOST_POINTS) {
      return points;
    }
    List<Point> means = new ArrayList<>();
    for (int i = 0; i < MOST_POINTS; i++) {
      List<Point> some =
          points.subList(
              (int) ((long) i * points.size() / MOST_POINTS),
              (int) ((i + 1L) * points.size() / MOST_POINTS));
      means.add(
          new Point(
              some.stream().mapToDouble(Point::x).average().orElseThrow(),
              some.stream().mapToDouble(Point::y).average().orElseThrow()));
    }
    return means;
  }

  private Mark mark(Pointed pointed) {
    double x = x(pointed.x());
    return new Mark(
        pointed.style(),
        pointed.fill(),
        unit(x),
        unit(y(pointed.y())),
        pointed.label(),
        x > (LEFT + RIGHT) / 2 ? "end" : "start");
  }

  private List<Tick> across() {
    List<Tick> ticks = new ArrayList<>();
    double wide = Math.max(1, nice((maxX - minX) / 6));
    for (double at = Math.ceil(minX / wide) * wide; at <= maxX + wide / 1000; at += wide) {
      ticks.add(new Tick(unit(x(at)), whole(at)));
    }
    return ticks;
  }

  private List<Tick> up() {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    List<Tick> ticks = new ArrayList<>();
    long count = Math.round((maxY - minY) / step);
    for (int i = 0; i <= count; i++) {
      double at = minY + i * step;
      ticks.add(new Tick(unit(y(at)), String.format(Locale.ROOT, "%,." + digits + "f", at)));
    }
    return ticks;
  }

  private double x(double value) {
    return LEFT + (value - minX) / (maxX - minX) * (RIGHT - LEFT);
  }

  private double y(double value) {
    return BOTTOM - (value - minY) / (maxY - minY) * (BOTTOM - TOP);
  }

  /** The next of 1, 2 and 5 times a power of ten. */
  private static double nice(double least) {
    if (!(least > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String whole(double value) {
    return Numbers.count(Math.round(value));
  }

  private static String unit(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
