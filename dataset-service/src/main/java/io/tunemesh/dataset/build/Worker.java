package io.tunemesh.dataset.build;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.dataset.dataset.BuildReady;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.dataset.WrongState;
import io.tunemesh.platform.event.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Builds datasets, one in each of its threads, apart from the consumers. A dataset whose worker
 * died is built again by another when its lease is over; a build that fails is tried again after a
 * pause that grows.
 */
@ApplicationScoped
public class Worker {

  private static final Logger LOG = Logger.getLogger(Worker.class);
  private static final long POLL_MS = 1000;

  private final Leases leases;
  private final Builds builds;
  private final DatasetConfig config;
  private final String owner = Ids.random("worker-");
  private final Semaphore work = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  Worker(Leases leases, Builds builds, DatasetConfig config) {
    this.leases = leases;
    this.builds = builds;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i < config.workers(); i++) {
      threads.add(Thread.ofPlatform().name("dataset-worker-" + i).daemon().start(this::run));
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    work.release(threads.size());
    for (Thread thread : threads) {
      thread.join(20_000);
    }
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) BuildReady ready) {
    work.release();
  }

  private void run() {
    while (!stopping) {
      try {
        Optional<Lease> lease = leases.take(owner);
        if (lease.isPresent()) {
          build(lease.get());
        } else {
          work.tryAcquire(POLL_MS, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        LOG.warnf("The builds wait: %s", e.toString());
        pause();
      }
    }
  }

  private void build(Lease lease) {
    LOG.infof("Dataset build started, dataset=%s attempt=%d", lease.datasetId(), lease.fence());
    try (Renewal renewal = Renewal.of(leases, lease, config.lease())) {
      builds.commit(lease, builds.make(lease));
      LOG.infof("Dataset build ended, dataset=%s", lease.datasetId());
    } catch (WrongState e) {
      LOG.infof("Dataset build was another's by its end: %s", e.getMessage());
    } catch (IOException | RuntimeException | Error e) {
      failed(lease, e);
    }
  }

  private void failed(Lease lease, Throwable e) {
    if (lease.fence() >= config.attempts()) {
      LOG.errorf(e, "Dataset build given up, dataset=%s", lease.datasetId());
      builds.giveUp(lease, e instanceof IOException ? e.getMessage() : "an error of the service");
      return;
    }
    LOG.warnf(e, "Dataset build failed, dataset=%s attempt=%d", lease.datasetId(), lease.fence());
    leases.retryIn(lease, Duration.ofSeconds(Math.min(30, 1L << Math.min(lease.fence() - 1, 5))));
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
