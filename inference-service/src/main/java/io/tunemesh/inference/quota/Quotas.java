package io.tunemesh.inference.quota;

import io.quarkus.panache.common.Sort;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;

/** The limits that were set by the API, above those of the configuration. */
@ApplicationScoped
class Quotas {

  private final QuotaView view;
  private final Locks locks;

  Quotas(QuotaView view, Locks locks) {
    this.view = view;
    this.locks = locks;
  }

  /** What holds for the tenant, and what was set for its keys. */
  @Transactional
  List<QuotaObject> of(String tenant) {
    List<QuotaObject> all = new ArrayList<>();
    all.add(one(tenant, Quota.TENANT));
    Quota.<Quota>list("tenant = ?1 and keyName <> ''", Sort.by("keyName"), tenant)
        .forEach(q -> all.add(QuotaObject.of(tenant, q.keyName(), q.version(), q.limits())));
    return all;
  }

  /** Of all tenants and keys for which something was set. */
  @Transactional
  List<QuotaObject> all() {
    return Quota.<Quota>listAll(Sort.by("tenant").and("keyName")).stream()
        .map(q -> QuotaObject.of(q.tenant(), q.keyName(), q.version(), q.limits()))
        .toList();
  }

  /**
   * Replaces what was set.
   *
   * @param version that it must have now; null for any
   */
  @Transactional
  QuotaObject put(String tenant, String key, Limits limits, Integer version) {
    limits.checked();
    locks.take("quota:" + tenant + "/" + key);
    Quota quota = Quota.findById(new Quota.Key(tenant, key));
    int now = quota == null ? 0 : quota.version();
    if (version != null && version != now) {
      throw new Refusal(
          new Problem(
              412,
              "version_mismatch",
              "The quota has version %d, and %d was expected.".formatted(now, version),
              "version"));
    }
    if (quota == null) {
      quota = Quota.of(tenant, key);
    }
    quota.set(limits);
    quota.persist();
    return QuotaObject.of(tenant, key, quota.version(), limits);
  }

  /** Forgets what was set, so that the configuration speaks again. */
  @Transactional
  QuotaObject delete(String tenant, String key) {
    if (!Quota.deleteById(new Quota.Key(tenant, key))) {
      throw Refusal.notFound("quota", key.equals(Quota.TENANT) ? tenant : tenant + "/" + key);
    }
    return QuotaObject.of(tenant, key, 0, view.configured(tenant, key));
  }

  private QuotaObject one(String tenant, String key) {
    Quota quota = Quota.findById(new Quota.Key(tenant, key));
    Limits configured = view.configured(tenant, key);
    return QuotaObject.of(
        tenant,
        key,
        quota == null ? 0 : quota.version(),
        quota == null ? configured : quota.limits().over(configured));
  }
}
