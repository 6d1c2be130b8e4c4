package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A feedback.
 *
 * @param createdAt seconds since 1970
 * @param exportedFileId the file that it is part of; null while there is none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FeedbackObject(
    String id,
    String object,
    String completionId,
    String model,
    String rating,
    String corrected,
    String comment,
    long createdAt,
    String exportedFileId) {

  static FeedbackObject of(Feedback feedback) {
    return new FeedbackObject(
        feedback.id,
        "feedback",
        feedback.completion,
        feedback.model,
        feedback.rating.wire(),
        feedback.corrected,
        feedback.comment,
        feedback.createdAt.getEpochSecond(),
        feedback.exportedFile);
  }
}
