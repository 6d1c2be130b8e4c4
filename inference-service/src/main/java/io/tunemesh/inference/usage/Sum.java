package io.tunemesh.inference.usage;

/**
 * Questions and their tokens.
 *
 * @param failed how many of the requests got no answer
 */
record Sum(long requests, long failed, long promptTokens, long completionTokens) {

  Sum plus(Sum other) {
    return new Sum(
        requests + other.requests,
        failed + other.failed,
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens);
  }
}
