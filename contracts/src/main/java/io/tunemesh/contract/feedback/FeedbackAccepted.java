package io.tunemesh.contract.feedback;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted after a feedback is stored with the question and the answer that it is about.
 *
 * @param requestId of the event that gave it; absent for one that came by HTTP
 * @param rating {@code up} or {@code down}
 * @param corrected whether it says what the answer should have been
 */
public record FeedbackAccepted(
    @NotNull String feedbackId,
    String requestId,
    @NotNull String completionId,
    @NotNull String model,
    @NotNull String rating,
    boolean corrected)
    implements FeedbackEvent {}
