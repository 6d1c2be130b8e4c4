package io.tunemesh.trainer.api;

import io.tunemesh.trainer.history.CurvePoint;
import io.tunemesh.trainer.history.Evaluation;
import io.tunemesh.trainer.history.Evaluation.Sample;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job has done so far: base and tuned side by side on the test split, and the curve.
 *
 * @param metrics by model ({@code base}, {@code tuned}) and name
 */
record Report(
    String job,
    String object,
    String status,
    String model,
    String fineTunedModel,
    String datasetId,
    Map<String, Map<String, Double>> metrics,
    List<Pair> samples,
    List<Point> curve) {

  static Report of(TrainingJob job, List<Evaluation> evaluations, List<CurvePoint> curve) {
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    Map<String, List<Sample>> samples = new TreeMap<>();
    for (Evaluation evaluation : evaluations) {
      metrics.put(evaluation.model, evaluation.metricsByName());
      samples.put(evaluation.model, evaluation.sampleList());
    }
    return new Report(
        job.id,
        "fine_tuning.job.report",
        job.status.wire(),
        job.model,
        job.fineTunedModel,
        job.datasetId,
        metrics,
        pairs(samples.getOrDefault("base", List.of()), samples.getOrDefault("tuned", List.of())),
        curve.stream().map(Point::of).toList());
  }

  /** Both evaluations go through the test split in its order, so equal places are equal prompts. */
  private static List<Pair> pairs(List<Sample> base, List<Sample> tuned) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < Math.max(base.size(), tuned.size()); i++) {
      Sample one = i < base.size() ? base.get(i) : null;
      Sample two = i < tuned.size() ? tuned.get(i) : null;
      Sample any = one == null ? two : one;
      pairs.add(
          new Pair(
              any.prompt(),
              any.reference(),
              one == null ? null : one.output(),
              two == null ? null : two.output()));
    }
    return pairs;
  }

  record Pair(String prompt, String reference, String base, String tuned) {}

  record Point(long step, Double loss, Double validationLoss, Double learningRate) {

    static Point of(CurvePoint point) {
      return new Point(point.step, point.loss, point.validationLoss, point.learningRate);
    }
  }
}
