package io.tunemesh.contract.usage;

import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * What one key asked of one model within one minute. Each event tells what no event told before, so
 * the sum over all events is the whole use; most minutes have one event.
 *
 * @param usageId of this minute, key and model; the same in each event about them
 * @param minute its beginning, in RFC 3339
 * @param key the name of the key
 * @param model the model that answered
 * @param requests questions, whatever became of them once they were admitted
 * @param failed how many of them got no answer
 */
public record UsageRecorded(
    @NotNull String usageId,
    @NotNull String minute,
    @NotNull String key,
    @NotNull String model,
    @NotNull Long requests,
    @NotNull Long failed,
    @NotNull Long promptTokens,
    @NotNull Long completionTokens)
    implements Event {

  @Override
  public String subject() {
    return usageId;
  }
}
