package io.tunemesh.contract.alias;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when an {@link AliasRequested}, or a plan's {@code serve.alias}, cannot be followed;
 * {@code reason} says what to do. The alias is as it was.
 *
 * @param requestId of the request, or the id of the adapter whose plan asked
 */
public record AliasRefused(
    @NotNull String requestId, @NotNull String name, @NotNull String code, @NotNull String reason)
    implements AliasEvent {

  @Override
  public String subject() {
    return requestId;
  }
}
