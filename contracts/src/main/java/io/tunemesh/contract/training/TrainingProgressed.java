package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;
import java.util.Map;

/**
 * How far a job is. May be lost or repeated, never out of order within an attempt.
 *
 * @param stage {@code base_evaluation}, {@code training}, {@code evaluation} or {@code saving}
 * @param step of {@code steps}; in evaluation stages they count examples
 * @param tokensPerSecond real tokens, without padding
 * @param etaS seconds left in this stage, as estimated
 * @param memoryBytes the most that the worker has held so far: of the GPU, or of the process where
 *     there is none
 * @param trainedTokens since the job's first step
 * @param gradNorm the length of the gradient before it was cut
 * @param validationMetrics all that was measured on the validation split, by name, where the best
 *     step is chosen by another metric than the loss
 */
public record TrainingProgressed(
    @NotNull String jobId,
    long attempt,
    @NotNull String stage,
    long step,
    long steps,
    Double loss,
    Double validationLoss,
    Double learningRate,
    Double tokensPerSecond,
    Double etaS,
    Long memoryBytes,
    Long trainedTokens,
    Double gradNorm,
    Double meanTokenAccuracy,
    Double validationMeanTokenAccuracy,
    Map<String, Double> validationMetrics)
    implements TrainingEvent {

  /** How far a job is, with nothing measured there. */
  public static TrainingProgressed at(
      String jobId, long attempt, String stage, long step, long steps) {
    return new TrainingProgressed(
        jobId, attempt, stage, step, steps, null, null, null, null, null, null, null, null, null,
        null, null);
  }
}
