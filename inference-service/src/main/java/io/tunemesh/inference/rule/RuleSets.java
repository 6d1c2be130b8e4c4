package io.tunemesh.inference.rule;

import io.quarkus.panache.common.Sort;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** The rule sets of all tenants, with their last versions. */
@ApplicationScoped
class RuleSets {

  /** Older versions are forgotten. */
  static final int KEPT = 20;

  private final Locks locks;
  private final DatabaseClock clock;

  RuleSets(Locks locks, DatabaseClock clock) {
    this.locks = locks;
    this.clock = clock;
  }

  /**
   * Makes {@code spec} the rules of {@code name}.
   *
   * @param expected the version that the caller has seen, 0 for none; null where he does not mind
   * @throws Refusal if another one holds
   */
  @Transactional
  RuleSetVersion put(String tenant, String name, RulesSpec spec, Integer expected) {
    RuleSetVersion before = lock(tenant, name);
    int now = before == null || before.isDeleted() ? 0 : before.version();
    if (expected != null && expected != now) {
      throw new Refusal(
          new Problem(
              409,
              "version_conflict",
              "The rules of '%s' are at version %d, and not %d; read them again."
                  .formatted(name, now, expected),
              "version"));
    }
    return add(before, tenant, name, spec);
  }

  /** Ends the rules of {@code name}; false where there are none. */
  @Transactional
  boolean delete(String tenant, String name) {
    RuleSetVersion before = lock(tenant, name);
    if (before == null || before.isDeleted()) {
      return false;
    }
    add(before, tenant, name, null);
    return true;
  }

  /** The version that holds. */
  @Transactional
  Optional<RuleSetVersion> get(String tenant, String name) {
    return Optional.ofNullable(last(tenant, name)).filter(version -> !version.isDeleted());
  }

  /** One version, also of a set that was ended. */
  @Transactional
  Optional<RuleSetVersion> get(String tenant, String name, int version) {
    return RuleSetVersion.<RuleSetVersion>find(
            "tenant = ?1 and name = ?2 and version = ?3", tenant, name, version)
        .firstResultOptional()
        .filter(found -> !found.isDeleted());
  }

  /** The sets that hold, by name. */
  @Transactional
  List<RuleSetVersion> all(String tenant) {
    return RuleSetVersion.<RuleSetVersion>list(
            """
            from RuleSetVersion r where tenant = ?1 and version =
              (select max(o.version) from RuleSetVersion o
               where o.tenant = r.tenant and o.name = r.name)
            order by name
            """,
            tenant)
        .stream()
        .filter(version -> !version.isDeleted())
        .toList();
  }

  /**
   * What was changed after the change {@code seen}, by all tenants, in the order of the commits.
   */
  @Transactional
  List<RuleSetVersion> since(long seen) {
    return RuleSetVersion.list("change > ?1", Sort.by("change"), seen);
  }

  /** One change at a time, so that the numbers of changes grow in the order of the commits. */
  private RuleSetVersion lock(String tenant, String name) {
    locks.take("rule sets");
    return last(tenant, name);
  }

  private RuleSetVersion add(RuleSetVersion before, String tenant, String name, RulesSpec spec) {
    RuleSetVersion version = RuleSetVersion.after(before, tenant, name, spec, clock.now());
    version.persist();
    RuleSetVersion.delete(
        "tenant = ?1 and name = ?2 and version <= ?3", tenant, name, version.version() - KEPT);
    return version;
  }

  private static RuleSetVersion last(String tenant, String name) {
    return RuleSetVersion.<RuleSetVersion>find(
            "tenant = ?1 and name = ?2", Sort.descending("version"), tenant, name)
        .firstResult();
  }
}
