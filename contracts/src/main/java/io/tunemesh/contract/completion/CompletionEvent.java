package io.tunemesh.contract.completion;

import io.tunemesh.contract.Event;

/**
 * The outcome of an {@link InferenceRequested}, owned by inference-service. Each request has
 * exactly one.
 */
public sealed interface CompletionEvent extends Event permits InferenceCompleted, InferenceFailed {

  String requestId();

  @Override
  default String subject() {
    return requestId();
  }
}
