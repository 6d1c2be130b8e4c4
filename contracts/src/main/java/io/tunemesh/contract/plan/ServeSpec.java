package io.tunemesh.contract.plan;

import jakarta.validation.constraints.Pattern;

/**
 * How the adapter is served.
 *
 * @param enabled false publishes the adapter without serving it; true when absent
 * @param alias a stable name that points to the adapter as soon as it is checked and serves
 */
public record ServeSpec(
    Boolean enabled, @Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,63}") String alias) {

  /** Whether an adapter published under this specification, which may be null, is to be loaded. */
  public static boolean wanted(ServeSpec serve) {
    return serve == null || serve.enabled() == null || serve.enabled();
  }
}
