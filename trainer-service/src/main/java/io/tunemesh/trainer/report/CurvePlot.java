package io.tunemesh.trainer.report;

import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page.Lines;
import io.tunemesh.platform.page.Plot;
import io.tunemesh.platform.page.Plot.Point;
import io.tunemesh.platform.page.Plot.Pointed;
import io.tunemesh.platform.page.Plot.Series;
import io.tunemesh.trainer.history.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Draws a job's losses: training, as it is and smoothed, and validation, with the best step. */
final class CurvePlot {

  private CurvePlot() {}

  static Lines of(Curve curve) {
    List<Point> raw = points(curve, point -> point.loss);
    List<Series> series =
        List.of(
            new Series("raw", "#9db7d5", "training, each step", false, raw),
            new Series("train", "#2b66b1", "training, smoothed", false, smooth(raw)),
            new Series(
                "validation",
                "#8a5aa8",
                "validation",
                true,
                points(curve, point -> point.validationLoss)));
    List<Pointed> marks = new ArrayList<>();
    if (curve.bestStep() != null && curve.bestLoss() != null) {
      String label =
          "best: step %s, %s"
              .formatted(Numbers.count(curve.bestStep()), Numbers.digits(curve.bestLoss()));
      marks.add(new Pointed("best", "#2f7d4f", curve.bestStep(), curve.bestLoss(), label));
    }
    return Plot.of(
        "loss",
        "Loss by step",
        about(curve),
        "step",
        series,
        marks,
        curve.overfittingSince() == null ? null : Double.valueOf(curve.overfittingSince()),
        "over-fitting");
  }

  static Lines rates(Curve curve) {
    List<Point> rates = points(curve, point -> point.learningRate);
    return Plot.of(
        "rate",
        "Learning rate by step",
        "The learning rate of %d steps.".formatted(rates.size()),
        "step",
        List.of(new Series("train", "#2b66b1", "learning rate", false, rates)),
        List.of(),
        null,
        null);
  }

  private static String about(Curve curve) {
    List<Point> raw = points(curve, point -> point.loss);
    if (raw.isEmpty()) {
      return "No step is done yet.";
    }
    String about =
        "Training loss %s at step %s, %s at step %s."
            .formatted(
                Numbers.digits(raw.getFirst().y()),
                Numbers.count((long) raw.getFirst().x()),
                Numbers.digits(raw.getLast().y()),
                Numbers.count((long) raw.getLast().x()));
    if (curve.bestStep() != null) {
      about += " The best step is %s.".formatted(Numbers.count(curve.bestStep()));
    }
    return curve.overfittingSince() == null
        ? about
        : about
            + " Over-fitting from step %s on.".formatted(Numbers.count(curve.overfittingSince()));
  }

  private static List<Point> points(Curve curve, Function<CurvePoint, Double> value) {
    return curve.points().stream()
        .filter(point -> Objects.nonNull(value.apply(point)))
        .map(point -> new Point(point.step, value.apply(point)))
        .toList();
  }

  /** An exponential mean over about ten points, corrected for its start. */
  private static List<Point> smooth(List<Point> points) {
    List<Point> smoothed = new ArrayList<>();
    double total = 0;
    double weight = 0;
    for (Point point : points) {
      if (Double.isFinite(point.y())) {
        total = 0.9 * total + 0.1 * point.y();
        weight = 0.9 * weight + 0.1;
        smoothed.add(new Point(point.x(), total / weight));
      }
    }
    return smoothed;
  }
}
