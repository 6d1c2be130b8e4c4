package io.tunemesh.dataset.token;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How long an example is for the base model that it was counted with, as training takes it.
 *
 * @param total all tokens, those of the chat template too; null where it could not be counted
 * @param prompt those that the model is only shown
 * @param answer those that it learns to say
 * @param cutOff how many at its end are more than training takes; null where it takes all
 * @param leftOut true where training leaves it out, because nothing to learn is left of it
 * @param problem why training cannot take it; null where it can
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenCount(
    Integer total,
    Integer prompt,
    Integer answer,
    Integer cutOff,
    Boolean leftOut,
    String problem) {

  static TokenCount problem(String problem) {
    return new TokenCount(null, null, null, null, null, problem);
  }

  /**
   * A count.
   *
   * @param learned tokens to learn among those that are not cut off
   */
  static TokenCount of(int total, int answer, int learned, int cutOff) {
    return new TokenCount(
        total,
        total - answer,
        answer,
        cutOff > 0 ? cutOff : null,
        learned == 0 ? true : null,
        null);
  }
}
