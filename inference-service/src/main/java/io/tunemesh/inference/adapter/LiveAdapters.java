package io.tunemesh.inference.adapter;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What this replica's engine holds, as last seen: which adapters in service answer right now. Kept
 * in memory, so that a request asks no database.
 */
@ApplicationScoped
public class LiveAdapters {

  private boolean seen;
  private String fault;
  private Map<String, String> tenants = Map.of();

  /** Whether {@code tenant}'s {@code model} answers now. */
  public synchronized boolean holds(String tenant, String model) {
    return tenant.equals(tenants.get(model));
  }

  /** Whether the engine answered when it was last asked. */
  public synchronized boolean engineIsUp() {
    return seen && fault == null;
  }

  /** What is wrong with the engine; null when nothing is, or when it was not asked yet. */
  public synchronized String fault() {
    return fault;
  }

  /** How many adapters answer. */
  public synchronized int count() {
    return tenants.size();
  }

  /** Waits until something changes, or for {@code longest}. */
  public synchronized void awaitChange(Duration longest) throws InterruptedException {
    if (longest.toMillis() > 0) {
      wait(longest.toMillis());
    }
  }

  /** The engine said that it does not have {@code model}, against what was seen before. */
  public synchronized void lost(String model) {
    Map<String, String> left = new HashMap<>(tenants);
    left.remove(model);
    tenants = left;
  }

  synchronized void add(String tenant, String model) {
    Map<String, String> more = new HashMap<>(tenants);
    more.put(model, tenant);
    engineHolds(more);
  }

  synchronized void engineHolds(Map<String, String> tenantsByModel) {
    seen = true;
    fault = null;
    tenants = Map.copyOf(tenantsByModel);
    notifyAll();
  }

  synchronized void engineIsDown(String why) {
    seen = true;
    fault = why;
    tenants = Map.of();
    notifyAll();
  }
}
