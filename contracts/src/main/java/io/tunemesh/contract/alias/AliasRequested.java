package io.tunemesh.contract.alias;

import io.tunemesh.contract.Event;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/**
 * Asks inference-service to change an alias; answered by {@code AliasChanged} or {@code
 * AliasRefused} with the same request id.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param name of the alias, as {@code exam-writer}
 * @param action {@code promote} one target, which makes the alias if there is none, {@code split}
 *     among several, {@code rollback} to the state before the last change, or {@code delete}
 * @param targets for {@code promote} and {@code split}
 * @param version refuses the request if the alias has another version now
 */
public record AliasRequested(
    @NotNull String requestId,
    @NotNull @Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,63}") String name,
    @NotNull @Pattern(regexp = "promote|split|rollback|delete") String action,
    List<AliasTarget> targets,
    @Min(1) Integer version)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
