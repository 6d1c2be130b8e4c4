package io.tunemesh.contract.completion;

import jakarta.validation.constraints.NotNull;

/** No answer: {@code status} is the HTTP status that the same request would have had. */
public record InferenceFailed(
    @NotNull String requestId, int status, @NotNull String code, @NotNull String reason)
    implements CompletionEvent {}
