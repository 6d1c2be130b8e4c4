package io.tunemesh.inference.completion;

import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.adapter.AdaptersConfig;
import io.tunemesh.inference.adapter.Catalog;
import io.tunemesh.inference.adapter.LiveAdapters;
import io.tunemesh.inference.adapter.Loads;
import io.tunemesh.inference.adapter.Placement;
import io.tunemesh.inference.adapter.Served;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.engine.Seat;
import io.tunemesh.platform.http.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which models a tenant may use now, and in which engine: the base models and its own
 * adapters in service. Another tenant's adapter is as unknown as one that never was.
 */
@Singleton
class ModelGate {

  /** How often one who waits looks for room in an engine, of which nobody tells. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final LiveAdapters live;
  private final Adapters adapters;
  private final Catalog catalog;
  private final Placement placement;
  private final Loads loads;
  private final Engines engines;
  private final AdaptersConfig config;

  ModelGate(
      LiveAdapters live,
      Adapters adapters,
      Catalog catalog,
      Placement placement,
      Loads loads,
      Engines engines,
      AdaptersConfig config) {
    this.live = live;
    this.adapters = adapters;
    this.catalog = catalog;
    this.placement = placement;
    this.loads = loads;
    this.engines = engines;
    this.config = config;
  }

  /** A question for the model has come: popular models are kept loaded. */
  void asked(String tenant, String model) {
    catalog.of(tenant, model).ifPresent(catalog::asked);
  }

  /**
   * A seat for a request in an engine that answers for the model now; asks no database.
   *
   * @param except engines that have failed over the request already
   * @return null if there is none: then {@link #await} may bring one
   */
  Seat seat(String tenant, String model, Set<Engine> except) {
    return engines.isBase(model)
        ? placement.forBase(model, except)
        : catalog.of(tenant, model).map(a -> placement.forAdapter(a, except)).orElse(null);
  }

  /** Decides at once; asks the database for what the catalog in memory does not know. */
  private Access look(String tenant, String model) {
    if (engines.isBase(model)) {
      return new Access.Granted();
    }
    if (catalog.of(tenant, model).isPresent()) {
      return notYet(model);
    }
    Optional<Adapter> found = adapters.named(tenant, model);
    if (found.isEmpty()) {
      return new Access.Denied(Problems.unknownModel(model));
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
   * A seat, for which the model is loaded, and waited for some seconds, if it is in service and no
   * engine has it. An engine that is known to be down is not waited for.
   *
   * @return null if there is none, for the reason that {@link #none} tells
   */
  Seat await(String tenant, String model, Set<Engine> except) throws InterruptedException {
    Duration left = config.patience();
    long deadline = System.nanoTime() + left.toNanos();
    Seat seat = loaded(tenant, model, except, left);
    if (seat != null || !(look(tenant, model) instanceof Access.NotYet)) {
      return seat;
    }
    left = Duration.ofNanos(deadline - System.nanoTime());
    while (seat == null && left.isPositive() && live.fault() == null) {
      live.awaitChange(left.compareTo(LOOK) < 0 ? left : LOOK);
      left = Duration.ofNanos(deadline - System.nanoTime());
      seat = loaded(tenant, model, except, left);
    }
    return seat;
  }

  /** The same for one who comes again: only a load is waited for. */
  Seat loaded(String tenant, String model, Set<Engine> except) throws InterruptedException {
    return loaded(tenant, model, except, config.patience());
  }

  private Seat loaded(String tenant, String model, Set<Engine> except, Duration patience)
      throws InterruptedException {
    Seat seat = seat(tenant, model, except);
    if (seat != null || engines.isBase(model)) {
      return seat;
    }
    Optional<Served> adapter = catalog.of(tenant, model);
    return adapter.isPresent() && loads.anywhere(adapter.get(), except, patience)
        ? placement.anyForAdapter(adapter.get(), except)
        : null;
  }

  /** Whether another engine than those could answer for the model. */
  boolean another(String tenant, String model, Set<Engine> failed) {
    return engines.isBase(model)
        ? !failed.containsAll(engines.of(model))
        : catalog
            .of(tenant, model)
            .filter(adapter -> placement.another(adapter, failed))
            .isPresent();
  }

  /** The same, of engines that are well now. */
  boolean isWellWithout(String tenant, String model, Set<Engine> failed) {
    return engines.isBase(model)
        ? engines.of(model).stream().anyMatch(e -> e.isWell() && !failed.contains(e))
        : catalog
            .of(tenant, model)
            .filter(adapter -> placement.isWellWithout(adapter, failed))
            .isPresent();
  }

  /** The engine does not have the model of {@code seat} although it should. */
  void lost(Seat seat) {
    seat.engine().places().lost(seat.copy());
  }

  /** What to say to one for whom there is no seat. */
  Problem none(String tenant, String model) {
    return switch (look(tenant, model)) {
      case Access.Granted granted -> Problems.engineUnreachable();
      case Access.NotYet notYet -> notYet.problem();
      case Access.Denied denied -> denied.problem();
    };
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
