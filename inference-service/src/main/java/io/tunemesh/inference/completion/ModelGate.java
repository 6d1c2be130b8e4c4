package io.tunemesh.inference.completion;

import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.adapter.AdaptersConfig;
import io.tunemesh.inference.adapter.LiveAdapters;
import io.tunemesh.inference.adapter.Reconciler;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.platform.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides which models a tenant may use now: the base model and its own adapters in service.
 * Another tenant's adapter is as unknown as one that never was.
 */
@ApplicationScoped
class ModelGate {

  private final LiveAdapters live;
  private final Adapters adapters;
  private final Reconciler reconciler;
  private final EngineConfig engine;
  private final AdaptersConfig config;

  ModelGate(
      LiveAdapters live,
      Adapters adapters,
      Reconciler reconciler,
      EngineConfig engine,
      AdaptersConfig config) {
    this.live = live;
    this.adapters = adapters;
    this.reconciler = reconciler;
    this.engine = engine;
    this.config = config;
  }

  /** Whether the model answers this tenant for certain; asks no database. */
  boolean isOpen(String tenant, String model) {
    return model.equals(engine.model()) || live.holds(tenant, model);
  }

  /** Decides at once; asks the database. */
  Access look(String tenant, String model) {
    if (isOpen(tenant, model)) {
      return new Access.Granted();
    }
    Optional<Adapter> found = adapters.named(tenant, model);
    if (found.isEmpty()) {
      return denied(
          "The model '%s' does not exist, or you have no access to it. GET /v1/models lists yours."
              .formatted(model));
    }
    Adapter adapter = found.get();
    return switch (adapter.status()) {
      case PUBLISHED, LOADING, SERVING ->
          adapter.wanted() ? notYet(model) : denied(unwanted(model));
      case REFUSED -> denied("The model '%s' was refused: %s".formatted(model, adapter.reason()));
      case RETIRED -> denied("The model '%s' was deleted.".formatted(model));
    };
  }

  /**
   * Decides, and waits some seconds for a model that is being loaded. An engine that is known to be
   * down is not waited for.
   */
  Access await(String tenant, String model) throws InterruptedException {
    Access access = look(tenant, model);
    if (!(access instanceof Access.NotYet)) {
      return access;
    }
    // Many may wait at once, so that only memory is looked at until the end.
    long deadline = System.nanoTime() + config.patience().toNanos();
    Duration left = config.patience();
    while (left.isPositive() && live.fault() == null && !isOpen(tenant, model)) {
      live.awaitChange(left);
      left = Duration.ofNanos(deadline - System.nanoTime());
    }
    return look(tenant, model);
  }

  /** The engine does not have {@code model} although it should: it is filled again. */
  void lost(String model) {
    live.lost(model);
    reconciler.wake();
  }

  /** Whether {@code model} is one that the engine is to be filled with. */
  boolean isTuned(String model) {
    return !model.equals(engine.model());
  }

  private Access notYet(String model) {
    if (live.fault() != null) {
      return new Access.NotYet(Problems.engineUnreachable());
    }
    return new Access.NotYet(
        new Problem(
            503,
            "model_loading",
            "The model '%s' is being loaded. Try again in a few seconds.".formatted(model),
            "model"));
  }

  private static String unwanted(String model) {
    return "The model '%s' was published without being served, as its plan asked.".formatted(model);
  }

  private static Access denied(String detail) {
    return new Access.Denied(new Problem(404, "model_not_found", detail, "model"));
  }
}
