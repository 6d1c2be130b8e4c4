package io.tunemesh.contract.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Asks inference-service for a batch. The batch's id follows from the event's id, so a request that
 * is delivered twice is one batch.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param request the body of OpenAI's {@code POST /v1/batches}
 */
public record BatchRequested(@NotNull String requestId, @NotNull ObjectNode request)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
