package io.tunemesh.contract.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotNull;

/** An answer: {@code response} is OpenAI's chat completion object. */
public record InferenceCompleted(@NotNull String requestId, @NotNull ObjectNode response)
    implements CompletionEvent {}
