package io.tunemesh.inference.alias;

import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.alias.AliasRefused;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.inference.adapter.Adapter;
import io.tunemesh.inference.adapter.AdapterFact;
import io.tunemesh.inference.adapter.AdapterStatus;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Changes of aliases that events ask for: an {@code AliasRequested}, or a plan's {@code
 * serve.alias}, which is promoted once its adapter is checked. Each ends in {@code AliasChanged} or
 * {@code AliasRefused}.
 */
@ApplicationScoped
class AliasRequests {

  private static final String PLAN = "plan";

  private final Aliases aliases;
  private final Outbox outbox;

  AliasRequests(Aliases aliases, Outbox outbox) {
    this.aliases = aliases;
    this.outbox = outbox;
  }

  /** Runs in the transaction of the event. */
  void follow(Scope scope, AliasRequested request) {
    Change change = new Change(scope, "event", request.version(), request.requestId());
    orRefuse(scope, request.requestId(), request.name(), () -> apply(request, change));
  }

  /** Runs in the transaction of the adapter's event. */
  void on(@Observes AdapterFact fact) {
    switch (fact.event()) {
      case AdapterPublished published -> {
        if (published.serve() != null && published.serve().alias() != null) {
          wish(fact.scope(), published.adapterId(), published.serve().alias());
        }
      }
      case AdapterServing serving -> {
        String name = AliasWish.take(serving.adapterId());
        if (name != null) {
          Change change = new Change(fact.scope(), PLAN, null, serving.adapterId());
          orRefuse(
              fact.scope(),
              serving.adapterId(),
              name,
              () -> aliases.promote(name, serving.model(), change));
        }
      }
      case AdapterRefused refused -> {
        String name = AliasWish.take(refused.adapterId());
        if (name != null) {
          refuse(fact.scope(), refusedWith(refused.adapterId(), name, refused.reason()));
        }
      }
      case AdapterRetired retired -> AliasWish.take(retired.adapterId());
    }
  }

  /** An adapter may be published twice, and be refused at once for its name. */
  private void wish(Scope scope, String adapterId, String name) {
    Adapter adapter = Adapter.findById(adapterId);
    if (adapter.status() == AdapterStatus.REFUSED) {
      refuse(scope, refusedWith(adapterId, name, adapter.reason()));
    } else if (adapter.status() == AdapterStatus.PUBLISHED
        && AliasWish.findById(adapterId) == null) {
      AliasWish.of(adapterId, name).persist();
    }
  }

  private static AliasRefused refusedWith(String adapterId, String name, String reason) {
    return new AliasRefused(
        adapterId, name, "adapter_refused", "its adapter was refused: " + reason);
  }

  private void apply(AliasRequested request, Change change) {
    String name = request.name();
    switch (String.valueOf(request.action())) {
      case "promote" -> {
        if (request.targets() == null || request.targets().size() != 1) {
          throw Refusal.invalid("invalid_alias", "promote needs exactly one target", "targets");
        }
        aliases.promote(name, Pointing.of(request.targets(), null).models().getFirst(), change);
      }
      case "split" -> aliases.split(name, request.targets(), change);
      case "rollback" -> aliases.rollback(name, change);
      case "delete" -> aliases.delete(name, change);
      default ->
          throw Refusal.invalid(
              "invalid_action", "action must be promote, split, rollback or delete", "action");
    }
  }

  private void orRefuse(Scope scope, String requestId, String name, Runnable change) {
    try {
      change.run();
    } catch (Refusal refusal) {
      Problem problem = refusal.problem();
      refuse(
          scope,
          new AliasRefused(requestId, String.valueOf(name), problem.code(), problem.detail()));
    }
  }

  private void refuse(Scope scope, AliasRefused refused) {
    outbox.publish(scope, refused);
  }
}
