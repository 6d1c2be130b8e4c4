package io.tunemesh.platform.identity;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Down until the keys were read once, for a service that knows no key can answer nobody; what is
 * wrong with them is told in either state.
 */
@Readiness
@ApplicationScoped
class KeysReadiness implements HealthCheck {

  private final BearerKeys keys;

  KeysReadiness(BearerKeys keys) {
    this.keys = keys;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("keys").status(keys.fault().isEmpty());
    keys.flaw().ifPresent(fault -> response.withData("fault", fault));
    return response.build();
  }
}
