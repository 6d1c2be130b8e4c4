package io.tunemesh.contract.prediction;

import io.tunemesh.contract.Event;

/** The facts of a table job, owned by inference-service. */
public sealed interface PredictionEvent extends Event
    permits PredictionProgressed, PredictionCompleted, PredictionFailed {

  String predictionId();

  @Override
  default String subject() {
    return predictionId();
  }
}
