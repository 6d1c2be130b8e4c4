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
  private final Reconciler reconciler;

  EngineReadiness(LiveAdapters live, Reconciler reconciler) {
    this.live = live;
    this.reconciler = reconciler;
  }

  @Override
  public HealthCheckResponse call() {
    var response =
        HealthCheckResponse.named("engine")
            .withData("answers", live.engineIsUp())
            .withData("adapters", live.count());
    if (live.fault() != null) {
      response.withData("fault", live.fault());
    }
    if (!reconciler.setbacks().isEmpty()) {
      response.withData("not_loaded", String.join("; ", reconciler.setbacks()));
    }
    return response.up().build();
  }
}
