package io.tunemesh.inference.shadow;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Two answers to one question.
 *
 * @param question the body of the request, as JSON
 * @param answer the text that was given
 * @param shadowAnswer the shadowed model's text; absent if it gave none
 * @param failure why it gave none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Compared(
    String turn,
    long createdAt,
    String model,
    String shadowModel,
    String question,
    String answer,
    String shadowAnswer,
    String failure,
    long milliseconds,
    long shadowMilliseconds) {}
