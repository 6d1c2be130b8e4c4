package io.tunemesh.contract.feedback;

import io.tunemesh.contract.Event;

/** What became of a feedback, owned by inference-service. */
public sealed interface FeedbackEvent extends Event permits FeedbackAccepted, FeedbackRefused {

  String feedbackId();

  @Override
  default String subject() {
    return feedbackId();
  }
}
