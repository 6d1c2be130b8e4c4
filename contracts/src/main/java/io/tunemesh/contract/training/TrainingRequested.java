package io.tunemesh.contract.training;

import io.tunemesh.contract.Event;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import jakarta.validation.constraints.NotNull;

/**
 * Asks trainer-service for a job on a dataset that is, or will be, built.
 *
 * @param requestId chosen by the client; the Kafka key. The job's id follows from the event's id
 * @param datasetId {@code ds-…}
 */
public record TrainingRequested(
    @NotNull String requestId, @NotNull String datasetId, TrainingSpec training, ServeSpec serve)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
