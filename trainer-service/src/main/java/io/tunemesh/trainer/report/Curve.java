package io.tunemesh.trainer.report;

import io.tunemesh.trainer.history.CurvePoint;
import java.util.List;
import java.util.Objects;

/**
 * The losses of a job with what they tell.
 *
 * @param bestStep of the published weights or, until there are any, of the lowest validation loss;
 *     null where nothing was validated
 * @param overfittingSince the step from which the validation loss was above its best while the
 *     training loss went on falling; null where it was not
 */
record Curve(List<CurvePoint> points, Long bestStep, Double bestLoss, Long overfittingSince) {

  /** Less than this above the best is noise. */
  private static final double RISE = 1.01;

  private static final int ENOUGH = 2;

  /**
   * Looks at the points of a job, in the order of their steps. Of an ended training it is told
   * whether it over-fits; before, the trainer's own rule is applied to the points: since the first
   * validation after the best one, if there are two of them at least, none is as good as the best,
   * the last is more than 1 % above it, and the training loss is lower after the best step than as
   * long before it.
   *
   * @param published the step whose weights were published, or null
   * @param ended whether the trainer has told what it saw
   * @param told since when it saw over-fitting, or null
   */
  static Curve of(List<CurvePoint> points, Long published, boolean ended, Long told) {
    List<CurvePoint> validated =
        points.stream().filter(point -> finite(point.validationLoss)).toList();
    CurvePoint best = null;
    for (CurvePoint point : validated) {
      best = best == null || point.validationLoss < best.validationLoss ? point : best;
    }
    Long step = published != null || best == null ? published : Long.valueOf(best.step);
    Double loss = best == null ? null : best.validationLoss;
    for (CurvePoint point : validated) {
      loss = Objects.equals(point.step, published) ? point.validationLoss : loss;
    }
    return new Curve(points, step, loss, ended ? told : overfit(points, validated, best));
  }

  private static Long overfit(List<CurvePoint> all, List<CurvePoint> validated, CurvePoint best) {
    if (best == null) {
      return null;
    }
    List<CurvePoint> later = validated.stream().filter(point -> point.step > best.step).toList();
    if (later.size() < ENOUGH || later.getLast().validationLoss < best.validationLoss * RISE) {
      return null;
    }
    long length = all.getLast().step - best.step;
    // a validation before the first step is held against that step
    double before = mean(all, best.step - length, Math.max(best.step, 1));
    double after = mean(all, best.step, best.step + length);
    return after < before ? later.getFirst().step : null;
  }

  /** The mean training loss of the steps after {@code from} up to {@code to}. */
  private static double mean(List<CurvePoint> points, long from, long to) {
    return points.stream()
        .filter(point -> point.step > from && point.step <= to && finite(point.loss))
        .mapToDouble(point -> point.loss)
        .average()
        .orElse(Double.NaN);
  }

  private static boolean finite(Double value) {
    return value != null && Double.isFinite(value);
  }
}
