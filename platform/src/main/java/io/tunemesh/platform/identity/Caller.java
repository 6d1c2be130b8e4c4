package io.tunemesh.platform.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.tunemesh.platform.event.Scope;
import jakarta.enterprise.context.RequestScoped;

/** Who makes the current request. */
@RequestScoped
public class Caller {

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** The tenant of the caller's key; never from the request's body. */
  public String tenant() {
    return of(identity);
  }

  /** The caller's tenant with a run, which may be null. */
  public Scope scope(String run) {
    return new Scope(tenant(), run);
  }

  /**
   * The tenant of {@code identity}, for code that is not in a request scope, such as a plain route.
   */
  public static String of(SecurityIdentity identity) {
    String tenant = identity.getAttribute(BearerKeys.TENANT);
    if (tenant == null) {
      throw new IllegalStateException("an identity without a tenant");
    }
    return tenant;
  }
}
