package io.tunemesh.contract.plan;

/**
 * How the adapter is served.
 *
 * @param enabled false publishes the adapter without serving it; true when absent
 */
public record ServeSpec(Boolean enabled) {

  /** Whether an adapter published under this specification, which may be null, is to be loaded. */
  public static boolean wanted(ServeSpec serve) {
    return serve == null || serve.enabled() == null || serve.enabled();
  }
}
