package io.tunemesh.platform.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.trace.Traces;
import jakarta.enterprise.context.RequestScoped;

/** Who makes the current request. */
@RequestScoped
public class Caller {

  private final SecurityIdentity identity;
  private final CurrentVertxRequest request;

  Caller(SecurityIdentity identity, CurrentVertxRequest request) {
    this.identity = identity;
    this.request = request;
  }

  /** The tenant of the caller's key; never from the request's body. */
  public String tenant() {
    return of(identity);
  }

  /** The name of the caller's key. */
  public String name() {
    return identity.getPrincipal().getName();
  }

  /** Whether the caller's key has {@code role}. */
  public boolean is(String role) {
    return identity.hasRole(role);
  }

  /** The caller's tenant with a run, which may be null, in the trace of the current request. */
  public Scope scope(String run) {
    String current = Traces.current();
    return new Scope(
        tenant(),
        run,
        current == null && request.getCurrent() != null
            ? Traces.wellFormed(request.getCurrent().request().getHeader("traceparent"))
            : current);
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
