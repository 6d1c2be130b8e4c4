package io.tunemesh.contract.feedback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Tells inference-service what somebody thinks of an answer. The feedback's id follows from the
 * event's id, so one that is delivered twice is one.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param feedback the body of {@code POST /v1/feedback}
 */
public record FeedbackGiven(@NotNull String requestId, @NotNull ObjectNode feedback)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
