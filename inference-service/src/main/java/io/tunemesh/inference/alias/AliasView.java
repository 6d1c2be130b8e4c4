package io.tunemesh.inference.alias;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.platform.db.ChangeNotices;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All aliases in memory, so that a question asks no database. This replica sees its own changes
 * before it answers for them, and those of others as soon as PostgreSQL tells of them.
 */
@Singleton
public class AliasView {

  private volatile Map<String, Map<String, Pointer>> tenants = Map.of();

  /** Reads the aliases before the first question comes. */
  void start(@Observes @Priority(100) StartupEvent event, ChangeNotices notices) {
    notices.on("alias", this::refresh);
    refresh();
  }

  /** Where the tenant's {@code name} points; empty if it is no alias. */
  public Optional<Pointer> find(String tenant, String name) {
    return Optional.ofNullable(tenants.getOrDefault(tenant, Map.of()).get(name));
  }

  /** All of the tenant. */
  public Collection<Pointer> of(String tenant) {
    return tenants.getOrDefault(tenant, Map.of()).values();
  }

  /** Reads them anew; a reader that began earlier never comes later. */
  synchronized void refresh() {
    Map<String, Map<String, Pointer>> read = new HashMap<>();
    List<Alias> all = QuarkusTransaction.requiringNew().call(() -> Alias.list("deleted = false"));
    for (Alias alias : all) {
      read.computeIfAbsent(alias.tenant(), any -> new HashMap<>())
          .put(
              alias.name(),
              new Pointer(
                  alias.id(),
                  alias.name(),
                  alias.targets(),
                  alias.shadow(),
                  alias.createdAt().getEpochSecond()));
    }
    tenants = read;
  }

  /**
   * Where an alias points.
   *
   * @param shadow null for none
   * @param created seconds since 1970
   */
  public record Pointer(
      String id, String name, List<AliasTarget> targets, AliasShadow shadow, long created) {}
}
