package io.tunemesh.contract.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Asks inference-service for an answer.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param request the body of OpenAI's {@code POST /v1/chat/completions}
 * @param deadline when nobody waits for the answer any more, in RFC 3339: a request that was not
 *     begun by then fails as {@code request_expired}, and no model is asked; never when absent
 */
public record InferenceRequested(
    @NotNull String requestId, @NotNull ObjectNode request, String deadline) implements Event {

  /** A request that is answered however late. */
  public InferenceRequested(String requestId, ObjectNode request) {
    this(requestId, request, null);
  }

  @Override
  public String subject() {
    return requestId;
  }
}
