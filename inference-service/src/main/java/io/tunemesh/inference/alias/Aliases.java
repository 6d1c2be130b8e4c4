package io.tunemesh.inference.alias;

import io.quarkus.panache.common.Sort;
import io.tunemesh.contract.alias.AliasChanged;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The aliases of all tenants. A change, its place in the history and its event are committed
 * together; what is refused changes nothing. An alias points only to models that serve, and a model
 * that one points to is not taken out of service.
 */
@ApplicationScoped
public class Aliases {

  private final Outbox outbox;
  private final Locks locks;
  private final DatabaseClock clock;
  private final ServingModels models;

  Aliases(Outbox outbox, Locks locks, DatabaseClock clock, ServingModels models) {
    this.outbox = outbox;
    this.locks = locks;
    this.clock = clock;
    this.models = models;
  }

  /** Makes the alias, or has it point elsewhere. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject put(String name, Pointing pointing, Change change) {
    Alias alias = locked(name, change);
    return point(
        alias, pointing, alias.deleted() ? AliasChange.CREATED : AliasChange.REPLACED, change);
  }

  /** Sends all questions to one model; makes the alias if there is none. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject promote(String name, String model, Change change) {
    Alias alias = locked(name, change);
    AliasShadow shadow = alias.shadow();
    boolean done = shadow != null && shadow.model().equals(model);
    Pointing pointing = Pointing.of(Pointing.to(model).targets(), done ? null : shadow);
    return point(alias, pointing, AliasChange.PROMOTED, change);
  }

  /** Shares the questions out among models. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject split(String name, List<AliasTarget> targets, Change change) {
    Alias alias = existing(name, change);
    return point(alias, Pointing.of(targets, alias.shadow()), AliasChange.SPLIT, change);
  }

  /** Has another model asked as well; null for no longer. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject shadow(String name, AliasShadow shadow, Change change) {
    Alias alias = existing(name, change);
    return point(alias, Pointing.of(alias.targets(), shadow), AliasChange.SHADOWED, change);
  }

  /** Returns to the state before the last change, and from there further back. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject rollback(String name, Change change) {
    Alias alias = existing(name, change);
    AliasState now = state(alias, alias.version());
    if (now.back() == null) {
      throw Refusal.conflict(
          "nothing_to_roll_back", "The alias '%s' has no earlier state.".formatted(name));
    }
    AliasState before = state(alias, now.back());
    require(change.scope().tenant(), before.pointing());
    alias.point(before.pointing());
    return commit(alias, AliasChange.ROLLED_BACK, before.back(), change);
  }

  /** Frees the name; its history stays, and what its shadows answered goes. */
  @Transactional(dontRollbackOn = Refusal.class)
  AliasObject delete(String name, Change change) {
    Alias alias = existing(name, change);
    alias.free();
    Alias.flush();
    Alias.getEntityManager()
        .createNativeQuery("DELETE FROM shadow_answer WHERE alias_id = ?1")
        .setParameter(1, alias.id())
        .executeUpdate();
    return commit(alias, AliasChange.DELETED, null, change);
  }

  /** Runs {@code retire} unless an alias of the tenant points to the model, which is refused. */
  @Transactional
  public <T> T unlessUsed(String tenant, String model, Supplier<T> retire) {
    locks.take(lock(tenant, model));
    all(tenant).stream()
        .filter(alias -> alias.pointing().models().contains(model))
        .findFirst()
        .ifPresent(
            alias -> {
              throw Refusal.conflict(
                  "model_in_use",
                  "The alias '%s' points to '%s'. Promote another model or delete the alias first."
                      .formatted(alias.name(), model));
            });
    return retire.get();
  }

  /** The tenant's aliases, by name. */
  @Transactional
  List<AliasObject> list(String tenant) {
    return all(tenant).stream().map(AliasObject::of).toList();
  }

  /** With its history. */
  @Transactional
  Optional<AliasObject> get(String tenant, String name) {
    return find(tenant, name)
        .filter(alias -> !alias.deleted())
        .map(alias -> AliasObject.of(alias, history(alias)));
  }

  private AliasObject point(Alias alias, Pointing to, AliasChange kind, Change change) {
    require(change.scope().tenant(), to);
    Integer back = alias.deleted() ? null : Integer.valueOf(alias.version());
    alias.point(to);
    return commit(alias, kind, back, change);
  }

  private AliasObject commit(Alias alias, AliasChange kind, Integer back, Change change) {
    Instant now = clock.now();
    alias.persist();
    AliasState.of(alias, kind, back, change.by(), now).persist();
    outbox.publish(
        change.scope(),
        new AliasChanged(
            alias.id(),
            alias.name(),
            alias.version(),
            kind.wireName(),
            alias.targets(),
            alias.shadow(),
            change.by(),
            change.requestId()));
    return AliasObject.of(alias);
  }

  /**
   * The alias, which nobody else changes until the transaction ends; a new one if there is none.
   */
  private Alias locked(String name, Change change) {
    String tenant = change.scope().tenant();
    models.requireFree(tenant, name);
    locks.take("alias:" + tenant + "/" + name);
    Optional<Alias> found = find(tenant, name);
    int version = found.filter(alias -> !alias.deleted()).map(Alias::version).orElse(0);
    if (change.version() != null && change.version() != version) {
      throw new Refusal(
          new Problem(
              412,
              "version_mismatch",
              version == 0
                  ? "There is no alias '%s' now, and version %d was expected."
                      .formatted(name, change.version())
                  : "The alias '%s' has version %d, and %d was expected. Read it again first."
                      .formatted(name, version, change.version()),
              "version"));
    }
    return found.orElseGet(() -> Alias.named(tenant, name, clock.now()));
  }

  private Alias existing(String name, Change change) {
    Alias alias = locked(name, change);
    if (alias.deleted()) {
      throw unknown(name);
    }
    return alias;
  }

  static Refusal unknown(String name) {
    return new Refusal(
        new Problem(
            404,
            "alias_not_found",
            "There is no alias '%s'. PUT /v1/aliases/%s makes it.".formatted(name, name),
            "name"));
  }

  /** Locked in one order, so that two changes never wait for each other. */
  private void require(String tenant, Pointing pointing) {
    pointing.models().forEach(model -> locks.take(lock(tenant, model)));
    pointing.models().forEach(model -> models.requireServing(tenant, model));
  }

  private static String lock(String tenant, String model) {
    return "model:" + tenant + "/" + model;
  }

  private static List<Alias> all(String tenant) {
    return Alias.list("tenant = ?1 and deleted = false", Sort.by("name"), tenant);
  }

  private static Optional<Alias> find(String tenant, String name) {
    return Alias.find("tenant = ?1 and name = ?2", tenant, name).firstResultOptional();
  }

  private static AliasState state(Alias alias, int version) {
    return AliasState.findById(new AliasState.Key(alias.id(), version));
  }

  private static List<AliasState> history(Alias alias) {
    return AliasState.<AliasState>find("aliasId = ?1", Sort.descending("version"), alias.id())
        .page(0, 100)
        .list();
  }
}
