package io.tunemesh.inference.adapter;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Checks the adapters that wait, a few at a time, while an engine is there. A replica that dies
 * over one is followed by another after the lease.
 */
@ApplicationScoped
public class AdapterChecks {

  private static final Logger LOG = Logger.getLogger(AdapterChecks.class);

  private final Adapters adapters;
  private final AdapterCheck check;
  private final LiveAdapters live;
  private final Catalog catalog;

  /** What is checked, by its id, and the fence under which it was claimed last. */
  private final Map<String, Long> checked = new ConcurrentHashMap<>();

  private final List<Loop> checks;
  private final Loop leases;

  AdapterChecks(
      Adapters adapters,
      AdapterCheck check,
      LiveAdapters live,
      Catalog catalog,
      AdaptersConfig config) {
    this.adapters = adapters;
    this.check = check;
    this.live = live;
    this.catalog = catalog;
    this.checks =
        Stream.generate(() -> new Loop("adapter-checks", config.compareEvery(), this::all))
            .limit(config.checksAtOnce())
            .toList();
    this.leases = new Loop("adapter-leases", config.lease().dividedBy(3), this::renewLease);
  }

  void start(@Observes StartupEvent event) {
    checks.forEach(Loop::start);
    leases.start();
  }

  void stop(@Observes ShutdownEvent event) {
    checks.forEach(Loop::close);
    leases.close();
  }

  /** Looks for adapters that wait as soon as possible. */
  public void wake() {
    checks.forEach(Loop::wake);
  }

  private void renewLease() {
    checked.forEach(adapters::renewLease);
  }

  private void all() {
    while (live.engineIsUp()) {
      Optional<Adapter> next = adapters.claim();
      if (next.isEmpty()) {
        return;
      }
      String id = next.get().id();
      long fence = next.get().lease().fence();
      checked.merge(id, fence, Math::max);
      try {
        one(next.get());
      } finally {
        checked.remove(id, fence);
      }
    }
  }

  private void one(Adapter adapter) {
    Outcome outcome = outcome(adapter);
    // A check that a shutdown has interrupted is still put back for others to take at once.
    boolean interrupted = Thread.interrupted();
    boolean settled = adapters.settle(adapter, outcome);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!settled) {
      LOG.infof("Adapter was taken away while it was checked, adapter=%s", adapter.id());
      return;
    }
    LOG.infof(
        "Adapter checked, adapter=%s model=%s outcome=%s",
        adapter.id(), adapter.model(), told(outcome));
    if (outcome instanceof Outcome.Same) {
      catalog.add(Served.of(adapter), adapter.createdAt().toEpochMilli());
      live.changed();
    }
  }

  /** Without the reason, which may quote the tenant's own texts. */
  private static String told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Same same -> "same probes=" + same.probes();
      case Outcome.Refused refused -> "refused code=" + refused.code();
      case Outcome.Later later -> "later fault=" + later.fault();
    };
  }

  /** What nobody foresaw is tried some times again. */
  private Outcome outcome(Adapter adapter) {
    try {
      return check.run(adapter);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Later("the check was interrupted", false);
    } catch (RuntimeException e) {
      LOG.errorf(e, "Adapter check failed, adapter=%s", adapter.id());
      return new Outcome.Later("the check failed on our side: " + e, true);
    }
  }
}
