package io.tunemesh.trainer.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.training.BestMetric;
import io.tunemesh.trainer.adapter.FinishedAdapter;
import io.tunemesh.trainer.history.Evaluation.Sample;
import io.tunemesh.trainer.history.Evaluation.Worst;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a worker says, one JSON line each. Kinds of a newer worker are passed over. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event", defaultImpl = WorkerEvent.Other.class)
@JsonSubTypes({
  @Type(value = WorkerEvent.Ready.class, name = "ready"),
  @Type(value = WorkerEvent.Started.class, name = "started"),
  @Type(value = WorkerEvent.Notice.class, name = "notice"),
  @Type(value = WorkerEvent.Progress.class, name = "progress"),
  @Type(value = WorkerEvent.Working.class, name = "working"),
  @Type(value = WorkerEvent.Checkpoint.class, name = "checkpoint"),
  @Type(value = WorkerEvent.Evaluated.class, name = "evaluated"),
  @Type(value = WorkerEvent.Adapter.class, name = "adapter"),
  @Type(value = WorkerEvent.Failed.class, name = "failed"),
  @Type(value = WorkerEvent.Cancelled.class, name = "cancelled"),
  @Type(value = WorkerEvent.Paused.class, name = "paused"),
  @Type(value = WorkerEvent.Stopped.class, name = "stopped")
})
sealed interface WorkerEvent {

  /** The base is loaded. */
  record Ready(
      String device, String dtype, Double seconds, JsonNode base, Map<String, String> versions)
      implements WorkerEvent {}

  /** The job is accepted and its data read. */
  record Started(
      long resumedFromStep,
      long steps,
      long examples,
      long truncatedExamples,
      long trainableParameters,
      Double learningRate,
      Double epochs,
      Long validationExamples,
      Long testExamples,
      Long leftOutExamples,
      Integer cutoffLen,
      Integer maxNewTokens,
      Map<String, Map<String, Long>> cut)
      implements WorkerEvent {}

  /** Something that the owner should know and that does not end the job. */
  record Notice(String code, String reason, String field) implements WorkerEvent {}

  record Progress(
      String stage,
      long step,
      long steps,
      Double loss,
      Double validationLoss,
      Double learningRate,
      Double tokensPerSecond,
      Double gradNorm,
      Long memoryBytes,
      Double etaS,
      Long trainedTokens,
      Double meanTokenAccuracy,
      Double validationMeanTokenAccuracy,
      Map<String, Double> validationMetrics)
      implements WorkerEvent {}

  /** The job goes on, in a stretch that has nothing else to tell. */
  record Working(String stage) implements WorkerEvent {}

  /** A checkpoint folder is complete. */
  record Checkpoint(
      long step,
      String folder,
      Map<String, String> sha256,
      Double loss,
      Double validationLoss,
      boolean best)
      implements WorkerEvent {}

  record Evaluated(
      String model,
      String split,
      long examples,
      long leftOut,
      Map<String, Double> metrics,
      List<Sample> samples,
      List<Worst> worst)
      implements WorkerEvent {}

  /** The job has succeeded. */
  record Adapter(
      String folder,
      List<FinishedAdapter.File> files,
      String probes,
      String lossCurve,
      Map<String, Map<String, Double>> metrics,
      long steps,
      long bestStep,
      BestMetric bestMetric,
      Long overfittingSince,
      long trainedTokens,
      Double finalLoss,
      Double seconds)
      implements WorkerEvent {

    FinishedAdapter finished() {
      return new FinishedAdapter(
          Path.of(folder),
          files,
          probes == null ? null : Path.of(probes),
          lossCurve == null ? null : Path.of(lossCurve),
          metrics,
          steps,
          bestStep,
          bestMetric,
          overfittingSince,
          trainedTokens,
          finalLoss,
          seconds);
    }
  }

  /**
   * The attempt is over. With {@code retry} the machine is at fault, and another attempt may
   * succeed; without it every attempt would meet the fault again.
   */
  record Failed(String code, String reason, String field, boolean retry) implements WorkerEvent {}

  record Cancelled(long step) implements WorkerEvent {}

  record Paused(long step, String folder) implements WorkerEvent {}

  /** The worker was told to end; the job goes on elsewhere. */
  record Stopped(long step, String folder) implements WorkerEvent {}

  /** A kind that this version does not know. */
  record Other() implements WorkerEvent {}
}
