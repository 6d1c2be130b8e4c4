package io.tunemesh.inference.job;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Shows those who watch a job how it is, whichever replica works on it: one look at the database
 * serves all who watch, and without them there is none.
 */
@ApplicationScoped
class JobWatch {

  private static final Duration PERIOD = Duration.ofMillis(500);

  private final RowJobs jobs;
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();
  private final Loop loop = new Loop("job-watch", PERIOD, this::look);

  JobWatch(RowJobs jobs) {
    this.jobs = jobs;
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Begins to watch a job. */
  Watch watch(String id) {
    Watch watch = new Watch(id);
    watches.compute(
        id,
        (any, all) -> {
          Set<Watch> with = all == null ? ConcurrentHashMap.newKeySet() : all;
          with.add(watch);
          return with;
        });
    return watch;
  }

  private void look() {
    if (!watches.isEmpty()) {
      for (RowJob job : jobs.all(watches.keySet())) {
        watches.getOrDefault(job.id, Set.of()).forEach(watch -> watch.show(job));
      }
    }
  }

  /** One who watches a job. */
  final class Watch implements AutoCloseable {

    private final String id;
    private final Semaphore news = new Semaphore(0);
    private final AtomicReference<RowJob> latest = new AtomicReference<>();
    private long shown = -1;

    private Watch(String id) {
      this.id = id;
    }

    void show(RowJob job) {
      if (job.version != shown) {
        shown = job.version;
        latest.set(job);
        wake();
      }
    }

    void wake() {
      news.release();
    }

    /** The job as it was found last, if that was not given yet; null if nothing comes soon. */
    RowJob await() throws InterruptedException {
      if (news.tryAcquire(2 * PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        news.drainPermits();
      }
      return latest.getAndSet(null);
    }

    @Override
    public void close() {
      watches.computeIfPresent(
          id,
          (any, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }
}
