package io.tunemesh.inference.quota;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.db.ChangeNotices;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All limits in memory, so that a question asks no database; kept as the aliases are. */
@Singleton
class QuotaView {

  private final Limits standard;
  private final Map<String, Limits> configured = new HashMap<>();
  private volatile Map<Quota.Key, Limits> set = Map.of();

  QuotaView(QuotaConfig config) {
    this.standard = config.tenant().limits();
    config.tenants().forEach((name, given) -> configured.put(name, given.limits().over(standard)));
  }

  /** Reads the limits before the first question comes; refuses to start with senseless ones. */
  void start(
      @Observes @jakarta.annotation.Priority(100) StartupEvent event, ChangeNotices notices) {
    notices.on("quota", this::refresh);
    refresh();
  }

  /** What holds for the whole tenant. */
  Limits ofTenant(String tenant) {
    Limits configuration = configured.getOrDefault(tenant, standard);
    Limits own = set.get(new Quota.Key(tenant, Quota.TENANT));
    return own == null ? configuration : own.over(configuration);
  }

  /** What holds for one key of the tenant besides. */
  Limits ofKey(String tenant, String key) {
    return set.getOrDefault(new Quota.Key(tenant, key), Limits.NONE);
  }

  /** What holds where nothing was set. */
  Limits configured(String tenant, String key) {
    return key.equals(Quota.TENANT) ? configured.getOrDefault(tenant, standard) : Limits.NONE;
  }

  /** Reads them anew; a reader that began earlier never comes later. */
  synchronized void refresh() {
    List<Quota> all = QuarkusTransaction.requiringNew().call(() -> Quota.listAll());
    Map<Quota.Key, Limits> read = new HashMap<>();
    all.forEach(q -> read.put(new Quota.Key(q.tenant(), q.keyName()), q.limits()));
    set = read;
  }
}
