package io.tunemesh.trainer.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tunemesh.contract.training.BestMetric;
import io.tunemesh.trainer.history.Evaluation.Worst;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * What a job has done so far, or did.
 *
 * @param lookAt what matters, the worst first
 * @param bestStep the step of the published weights, or of the lowest validation loss so far
 * @param bestMetric what chose the published step, and its value there
 * @param overfittingSince the step from which the validation loss was above its best while the
 *     training loss fell; absent where it was not
 * @param metrics by model ({@code base}, {@code tuned}) and name, on the test split
 * @param worst by model, the answers that were furthest from what was expected
 * @param samples the same prompts answered by both models
 * @param settings the specification as it was given
 * @param began what the trainer made of it: examples, steps, the learning rate
 * @param worker the machine and the libraries of the newest attempt, and the base's digests
 * @param data the parts of the dataset with their digests
 */
public record JobReport(
    @NotNull String job,
    @NotNull String object,
    @NotNull String status,
    @NotNull String model,
    String fineTunedModel,
    @NotNull String datasetId,
    String rerunOf,
    long createdAt,
    Long finishedAt,
    Failure error,
    @NotNull List<Remark> lookAt,
    Long bestStep,
    Double bestValidationLoss,
    BestMetric bestMetric,
    Long overfittingSince,
    @NotNull Map<String, Map<String, Double>> metrics,
    @NotNull Map<String, List<Worst>> worst,
    @NotNull List<Pair> samples,
    @NotNull Map<String, Object> settings,
    Map<String, Object> began,
    Map<String, Object> worker,
    @NotNull List<Part> data,
    @NotNull List<Checkpoint> checkpoints,
    @NotNull List<Attempt> attempts,
    @NotNull List<Line> events,
    @NotNull List<Point> curve) {

  /** Why there is no model. */
  public record Failure(@NotNull String code, @NotNull String message, String param) {}

  /**
   * One thing to look at, in plain words.
   *
   * @param level {@code problem}, {@code warning} or {@code note}
   * @param code stable, for programs
   * @param remedy what to do; absent where there is nothing to do
   */
  public record Remark(
      @NotNull String level,
      @NotNull String code,
      @NotNull String message,
      @JsonProperty("do") String remedy) {}

  /** A prompt of the test split with the answer wanted and the answers given. */
  public record Pair(String prompt, String reference, String base, String tuned) {}

  /** A file of the dataset. */
  public record Part(@NotNull String part, Long examples, Long bytes, String sha256) {}

  public record Checkpoint(
      @NotNull String id, long step, Double loss, Double validationLoss, boolean best) {}

  /**
   * @param attempt its number; a later one has a larger
   * @param outcome absent while it goes on
   */
  public record Attempt(
      long attempt, @NotNull String worker, long startedAt, Long endedAt, String outcome) {}

  /** A line of the job's history; those of single steps are left out. */
  public record Line(long createdAt, @NotNull String level, @NotNull String message) {}

  /**
   * The losses at one step. Of a long job about two thousand of them are told, and as many of those
   * with a validation.
   *
   * @param validationMetrics by name, where the best step is chosen by one of them
   */
  public record Point(
      long step,
      Double loss,
      Double validationLoss,
      Double learningRate,
      Map<String, Double> validationMetrics) {}
}
