package io.tunemesh.inference.adapter;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells how the engine is. Always up: without its engine the service still takes adapters and
 * requests, and says by itself that they wait.
 */
@Readiness
@ApplicationScoped
class EngineReadiness implements HealthCheck {

  private final LiveAdapters live;
  private final Loads loads;

  EngineReadiness(LiveAdapters live, Loads loads) {
    this.live = live;
    this.loads = loads;
  }

  @Override
  public HealthCheckResponse call() {
    var response =
        HealthCheckResponse.named("engine")
            .withData("answers", live.engineIsUp())
            .withData("adapters", live.count());
    if (!live.faults().isEmpty()) {
      response.withData("fault", live.faults());
    }
    if (!loads.setbacks().isEmpty()) {
      response.withData("not_loaded", String.join("; ", loads.setbacks()));
    }
    return response.up().build();
  }
}
