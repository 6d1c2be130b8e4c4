package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.feedback.Feedback.Rating;
import io.tunemesh.inference.job.JobFields;
import io.tunemesh.platform.http.Refusal;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A feedback that is given.
 *
 * @param completion the id of the completion, or of the turn
 * @param corrected what the answer should have been; may be null
 * @param messages the question, where the client sends it along; null otherwise, or if it is empty
 * @param tools what the question offered to call, where the client sends it along; null otherwise,
 *     or if it is empty
 * @param answer the answer, where the client sends it along; null otherwise
 */
record FeedbackRequest(
    String completion,
    Rating rating,
    String corrected,
    String comment,
    String model,
    ArrayNode messages,
    ArrayNode tools,
    String answer) {

  private static final Set<String> FIELDS =
      Set.of(
          "completion_id",
          "rating",
          "corrected",
          "comment",
          "model",
          "messages",
          "tools",
          "answer");
  private static final int LONGEST_ID = 256;
  private static final int LONGEST_COMMENT = 10_000;

  /**
   * Reads a feedback.
   *
   * @param longest the longest question or answer, in characters
   * @throws Refusal for the first thing that cannot be
   */
  static FeedbackRequest read(ObjectNode body, int longest) {
    JobFields.only(body, FIELDS);
    String completion =
        limited(
            JobFields.needed(body, "completion_id", "the id of the completion that it is about"),
            LONGEST_ID,
            "completion_id");
    String corrected = limited(JobFields.optional(body, "corrected"), longest, "corrected");
    return new FeedbackRequest(
        completion,
        rating(JobFields.optional(body, "rating"), corrected),
        corrected,
        limited(JobFields.optional(body, "comment"), LONGEST_COMMENT, "comment"),
        limited(JobFields.optional(body, "model"), LONGEST_ID, "model"),
        list(
            body,
            "messages",
            longest,
            message -> message.path("role").isTextual() && message.has("content"),
            "the question: a list of messages, each with a role and a content"),
        list(body, "tools", longest, JsonNode::isObject, "the tools of the question: a list"),
        limited(JobFields.optional(body, "answer"), longest, "answer"));
  }

  private static Rating rating(String given, String corrected) {
    if (given == null && corrected != null) {
      return Rating.DOWN;
    }
    for (Rating rating : Rating.values()) {
      if (rating.wire().equals(given)) {
        return rating;
      }
    }
    throw Refusal.invalid("invalid_rating", "'rating' is up or down.", "rating");
  }

  private static ArrayNode list(
      ObjectNode body, String field, int longest, Predicate<JsonNode> fits, String what) {
    JsonNode given = body.path(field);
    if (given.isMissingNode() || given.isNull() || given.isArray() && given.isEmpty()) {
      return null;
    }
    if (!(given instanceof ArrayNode list) || !list.valueStream().allMatch(fits)) {
      throw Refusal.invalid("invalid_" + field, "'%s' is %s.".formatted(field, what), field);
    }
    limited(list.toString(), longest, field);
    return list;
  }

  private static String limited(String text, int longest, String field) {
    if (text != null && text.length() > longest) {
      throw Refusal.invalid(
          "too_long", "'%s' has %d characters at most.".formatted(field, longest), field);
    }
    return text;
  }
}
