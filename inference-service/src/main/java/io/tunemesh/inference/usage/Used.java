package io.tunemesh.inference.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * A sum as the API tells it; what was not grouped by is absent.
 *
 * @param start of the minute, hour or day, in seconds since 1970
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Used(
    Long start,
    String key,
    String model,
    long requests,
    long failed,
    long promptTokens,
    long completionTokens) {

  static Used of(Instant start, String key, String model, Sum sum) {
    return new Used(
        start == null ? null : start.getEpochSecond(),
        key,
        model,
        sum.requests(),
        sum.failed(),
        sum.promptTokens(),
        sum.completionTokens());
  }
}
