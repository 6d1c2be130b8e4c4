package io.tunemesh.inference.alias;

import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.alias.AliasRefused;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.inference.adapter.AdapterFact;
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
          AliasWish.of(published.adapterId(), published.serve().alias()).persist();
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
          refuse(
              fact.scope(),
              new AliasRefused(
                  refused.adapterId(),
                  name,
                  "adapter_refused",
                  "its adapter was refused: " + refused.reason()));
        }
      }
      case AdapterRetired retired -> AliasWish.take(retired.adapterId());
    }
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
      case "split" -> aliases.put(name, Pointing.of(request.targets(), null), change);
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
