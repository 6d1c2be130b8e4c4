package io.tunemesh.inference.adapter;

import io.quarkus.panache.common.Sort;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The adapters of all tenants. A change and its event are committed together. */
@ApplicationScoped
public class Adapters {

  private static final int SKIP_LOCKED = -2;
  private static final String NAME_TAKEN = "name_taken";
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final List<AdapterStatus> ACTIVE =
      List.of(AdapterStatus.PUBLISHED, AdapterStatus.LOADING, AdapterStatus.SERVING);

  private final Outbox outbox;
  private final AdaptersConfig config;
  private final Engines engines;
  private final Replica replica;
  private final DatabaseClock clock;

  Adapters(
      Outbox outbox, AdaptersConfig config, Engines engines, Replica replica, DatabaseClock clock) {
    this.outbox = outbox;
    this.config = config;
    this.engines = engines;
    this.replica = replica;
    this.clock = clock;
  }

  /**
   * Adds an adapter; one whose id is known already is left as it is.
   *
   * @throws MalformedEvent if a required field is missing
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void add(Scope scope, AdapterPublished event) {
    if (Stream.of(event.jobId(), event.model(), event.baseModel(), event.kind(), event.files())
        .anyMatch(Objects::isNull)) {
      throw new MalformedEvent(
          "the data of an AdapterPublished needs job_id, model, base_model, kind and files");
    }
    if (Adapter.findByIdOptional(event.adapterId()).isPresent()) {
      return;
    }
    Adapter adapter = Adapter.published(scope, event, clock.now());
    if (isTaken(event.model())) {
      refuse(
          adapter,
          NAME_TAKEN,
          "another model answers to the name '" + event.model() + "'; train with another suffix");
    }
    adapter.persist();
  }

  private boolean isTaken(String model) {
    return engines.isBase(model) || Adapter.count("model = ?1 and status in ?2", model, ACTIVE) > 0;
  }

  /**
   * Has a model that was refused checked again, or leaves it if it waits for that; empty if the
   * tenant has none of that name.
   *
   * @throws Refusal if it was not refused, its name is another's, or it was never to be served
   */
  @Transactional
  public Optional<Adapter> checkAgain(String tenant, String model) {
    Optional<Adapter> found = named(tenant, model);
    found.ifPresent(
        adapter -> {
          Adapter.getEntityManager().refresh(adapter, LockModeType.PESSIMISTIC_WRITE);
          if (adapter.isToBeChecked()) {
            return;
          }
          if (!adapter.wanted()) {
            throw Refusal.invalid(
                "not_wanted",
                "The model '%s' was trained by a plan that has it not served.".formatted(model),
                "id");
          }
          if (adapter.status() != AdapterStatus.REFUSED) {
            throw Refusal.invalid(
                "not_refused",
                "The model '%s' was not refused: it is %s.".formatted(model, adapter.status()),
                "id");
          }
          if (isTaken(model)) {
            throw Refusal.invalid(
                NAME_TAKEN, "Another model answers to the name '%s'.".formatted(model), "id");
          }
          adapter.checkAgain(clock.now());
        });
    return found;
  }

  /** Takes the adapter that has waited longest to be loaded; no other replica gets it. */
  @Transactional
  Optional<Adapter> claim() {
    Instant now = clock.now();
    Optional<Adapter> next =
        Adapter.<Adapter>find(
                "wanted and notBefore <= ?1 and (status = ?2 or status = ?3 and lease.until < ?1)",
                Sort.by("createdAt"),
                now,
                AdapterStatus.PUBLISHED,
                AdapterStatus.LOADING)
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .withHint("jakarta.persistence.lock.timeout", SKIP_LOCKED)
            .page(0, 1)
            .firstResultOptional();
    next.ifPresent(adapter -> adapter.claim(replica.id(), now, now.plus(config.lease())));
    return next;
  }

  /** Keeps the adapter that this replica has claimed and checks; a claim that is over stays so. */
  @Transactional
  void renewLease(String id, long fence) {
    Adapter.update(
        "lease.until = ?1 where lease.owner = ?2 and lease.fence = ?3 and id = ?4",
        clock.now().plus(config.lease()),
        replica.id(),
        fence,
        id);
  }

  /**
   * Commits what came of a claim, unless the adapter was retired or taken over meanwhile.
   *
   * @return whether the claim still held
   */
  @Transactional
  boolean settle(Adapter claimed, Outcome outcome) {
    Adapter adapter = Adapter.findById(claimed.id(), LockModeType.PESSIMISTIC_WRITE);
    if (adapter.status() != AdapterStatus.LOADING
        || adapter.lease().fence() != claimed.lease().fence()) {
      return false;
    }
    switch (outcome) {
      case Outcome.Same same -> serve(adapter, same.probes());
      case Outcome.Refused refused -> refuse(adapter, refused.code(), refused.reason());
      case Outcome.Later later when later.fault() && isHopeless(adapter) ->
          refuse(adapter, "engine_error", later.reason());
      case Outcome.Later later -> {
        Duration pause = new Backoff(FIRST_PAUSE, config.longestPause()).after(adapter.deferrals());
        adapter.defer(later.reason(), later.fault(), clock.now(), pause);
      }
    }
    return true;
  }

  /** Takes the tenant's model out of service; empty if the tenant has none of that name. */
  @Transactional
  public Optional<Adapter> retire(String tenant, String model) {
    Optional<Adapter> found = named(tenant, model);
    found = found.filter(adapter -> adapter.status() != AdapterStatus.RETIRED);
    found.ifPresent(
        adapter -> {
          adapter.retire();
          outbox.publish(adapter.scope(), new AdapterRetired(adapter.id(), adapter.model()));
        });
    return found;
  }

  /** What was deleted stays so where the topic is read anew, by a database that has lost it. */
  @Transactional(Transactional.TxType.MANDATORY)
  void stayRetired(String id) {
    Adapter adapter = Adapter.findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (adapter != null && adapter.status() != AdapterStatus.RETIRED) {
      adapter.retire();
    }
  }

  /** The adapter of that name: the one in service, or else the last that had it. */
  @Transactional
  public Optional<Adapter> named(String tenant, String model) {
    List<Adapter> all =
        Adapter.list("tenant = ?1 and model = ?2", Sort.descending("createdAt"), tenant, model);
    return all.stream()
        .filter(adapter -> adapter.status().isActive())
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  /** The tenant's models in service, oldest first. */
  @Transactional
  public List<Adapter> serving(String tenant) {
    return Adapter.list(
        "tenant = ?1 and status = ?2", Sort.by("createdAt"), tenant, AdapterStatus.SERVING);
  }

  /** All that are, or may come to be, in service. */
  @Transactional
  List<Adapter> active() {
    return Adapter.list("wanted and status in ?1", Sort.by("createdAt"), ACTIVE);
  }

  /** Changes whenever an adapter does. */
  @Transactional
  Edition edition() {
    Object[] row =
        Adapter.getEntityManager()
            .createQuery("select count(*), coalesce(sum(version), 0) from Adapter", Object[].class)
            .getSingleResult();
    return new Edition((Long) row[0], ((Number) row[1]).longValue());
  }

  private void serve(Adapter adapter, int probes) {
    adapter.serve();
    outbox.publish(
        adapter.scope(),
        new AdapterServing(
            adapter.id(), adapter.jobId(), adapter.model(), adapter.baseModel(), probes));
  }

  private void refuse(Adapter adapter, String code, String reason) {
    adapter.refuse(code, reason);
    outbox.publish(
        adapter.scope(),
        new AdapterRefused(adapter.id(), adapter.jobId(), adapter.model(), code, reason));
  }

  private boolean isHopeless(Adapter adapter) {
    return adapter.isHopeless(config.faults(), config.faultsFor(), clock.now());
  }

  /** Rows are never deleted and each change adds to a version: equal means unchanged. */
  record Edition(long rows, long changes) {}
}
