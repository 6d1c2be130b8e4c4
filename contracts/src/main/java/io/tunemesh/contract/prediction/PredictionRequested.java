package io.tunemesh.contract.prediction;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Asks inference-service to answer each row of a table. The job's id follows from the event's id,
 * so a request that is delivered twice is one job.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param request the body of {@code POST /v1/predictions}
 */
public record PredictionRequested(@NotNull String requestId, @NotNull ObjectNode request)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
