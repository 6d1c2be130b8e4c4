package io.tunemesh.trainer.api;

import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;

/** OpenAI's checkpoint of a fine-tuning job. What is not measured is null. */
record CheckpointObject(
    String id,
    String object,
    long createdAt,
    String fineTunedModelCheckpoint,
    String fineTuningJobId,
    long stepNumber,
    Metrics metrics) {

  static CheckpointObject of(TrainingJob job, JobCheckpoint checkpoint) {
    String model = ModelNames.fineTuned(job.model, job.tenant, job.suffix, job.id);
    return new CheckpointObject(
        checkpoint.id,
        "fine_tuning.job.checkpoint",
        checkpoint.createdAt.getEpochSecond(),
        model + ":ckpt-step-" + checkpoint.step,
        job.id,
        checkpoint.step,
        new Metrics(
            checkpoint.step,
            checkpoint.loss,
            checkpoint.meanTokenAccuracy,
            checkpoint.validationLoss,
            checkpoint.validationMeanTokenAccuracy,
            checkpoint.validationLoss,
            checkpoint.validationMeanTokenAccuracy));
  }

  /** The validation split is always measured whole, so both of its figures are one number. */
  record Metrics(
      long step,
      Double trainLoss,
      Double trainMeanTokenAccuracy,
      Double validLoss,
      Double validMeanTokenAccuracy,
      Double fullValidLoss,
      Double fullValidMeanTokenAccuracy) {}
}
