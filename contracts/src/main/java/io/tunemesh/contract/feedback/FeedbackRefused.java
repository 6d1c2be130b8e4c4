package io.tunemesh.contract.feedback;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a feedback that came by event cannot be taken; {@code reason} says what to do.
 *
 * @param field of the feedback that is wrong; may be absent
 */
public record FeedbackRefused(
    @NotNull String feedbackId,
    @NotNull String requestId,
    @NotNull String code,
    @NotNull String reason,
    String field)
    implements FeedbackEvent {}
