package io.tunemesh.contract.training;

import io.tunemesh.contract.Event;

/** The facts of a training job and of its exports, owned by trainer-service. */
public sealed interface TrainingEvent extends Event
    permits TrainingQueued,
        TrainingStarted,
        TrainingProgressed,
        TrainingPaused,
        TrainingSucceeded,
        TrainingFailed,
        TrainingCancelled,
        ExportSucceeded,
        ExportFailed,
        ExportCancelled {

  String jobId();

  @Override
  default String subject() {
    return jobId();
  }
}
