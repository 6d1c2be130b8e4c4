package io.tunemesh.contract.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Asks inference-service for an answer.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param request the body of OpenAI's {@code POST /v1/chat/completions}
 */
public record InferenceRequested(@NotNull String requestId, @NotNull ObjectNode request)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
