package io.tunemesh.contract.alias;

import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Emitted in the transaction that changes an alias; the whole new state, so that the last event of
 * an alias tells all.
 *
 * @param version counts the changes of this alias, from 1
 * @param change what was done: {@code created}, {@code replaced}, {@code promoted}, {@code split},
 *     {@code shadowed}, {@code rolled_back} or {@code deleted}
 * @param targets where it points now; none when deleted
 * @param shadow absent when no model is shadowed
 * @param by the name of the key, or what else made the change
 * @param requestId of the {@link AliasRequested} that asked for it, if one did
 */
public record AliasChanged(
    @NotNull String aliasId,
    @NotNull String name,
    @NotNull Integer version,
    @NotNull String change,
    @NotNull List<AliasTarget> targets,
    AliasShadow shadow,
    @NotNull String by,
    String requestId)
    implements AliasEvent {

  @Override
  public String subject() {
    return aliasId;
  }
}
