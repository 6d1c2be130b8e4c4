package io.tunemesh.trainer.run;

import io.tunemesh.contract.training.TrainingProgressed;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a worker tells of a step, as the mesh hears it and as a line of the job's history. */
final class StepLine {

  private StepLine() {}

  static TrainingProgressed event(WorkerEvent.Progress at, String jobId, long attempt) {
    return new TrainingProgressed(
        jobId,
        attempt,
        at.stage(),
        at.step(),
        at.steps(),
        at.loss(),
        at.validationLoss(),
        at.learningRate(),
        at.tokensPerSecond(),
        at.etaS(),
        at.memoryBytes(),
        at.trainedTokens(),
        at.gradNorm(),
        at.meanTokenAccuracy(),
        at.validationMeanTokenAccuracy(),
        at.validationMetrics());
  }

  static String message(WorkerEvent.Progress at) {
    String losses = at.loss() == null ? "" : ": training loss=%.4f".formatted(at.loss());
    losses +=
        at.validationLoss() == null ? "" : ", validation loss=%.4f".formatted(at.validationLoss());
    return "Step %d/%d%s".formatted(at.step(), at.steps(), losses);
  }

  /**
   * The numbers by the names that OpenAI gives some of them; those that were not told are left out.
   */
  static Map<String, Object> data(WorkerEvent.Progress at, long attempt) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("step", at.step());
    data.put("total_steps", at.steps());
    data.put("train_loss", at.loss());
    data.put("train_mean_token_accuracy", at.meanTokenAccuracy());
    data.put("valid_loss", at.validationLoss());
    data.put("valid_mean_token_accuracy", at.validationMeanTokenAccuracy());
    data.put("valid_metrics", at.validationMetrics());
    data.put("learning_rate", at.learningRate());
    data.put("attempt", attempt);
    data.put("tokens_per_second", at.tokensPerSecond());
    data.put("memory_bytes", at.memoryBytes());
    data.put("trained_tokens", at.trainedTokens());
    data.put("grad_norm", at.gradNorm());
    data.put("eta_s", at.etaS());
    data.values().removeIf(value -> value == null);
    return data;
  }
}
