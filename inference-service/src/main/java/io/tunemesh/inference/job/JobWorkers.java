package io.tunemesh.inference.job;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.LeaseRows;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Works on jobs, a bounded number at once. What a replica leaves behind another takes up after the
 * lease, and asks only the rows that have no answer yet.
 */
@ApplicationScoped
class JobWorkers {

  private static final Logger LOG = Logger.getLogger(JobWorkers.class);
  private static final String TABLE = "row_job";
  private static final int DRAIN_S = 10;

  private final ClaimedJobs jobs;
  private final JobRun run;
  private final LeaseRows leases;
  private final JobConfig config;
  private final Semaphore room;
  private final Loop dispatch;
  private final Loop sweep;
  private volatile boolean stopping;

  JobWorkers(RowJobs all, ClaimedJobs jobs, JobRun run, LeaseRows leases, JobConfig config) {
    this.jobs = jobs;
    this.run = run;
    this.leases = leases;
    this.config = config;
    this.room = new Semaphore(config.parallel());
    this.dispatch = Loop.ofWork("row-jobs", config.pause(), this::dispatch);
    this.sweep = new Loop("old-row-jobs", Duration.ofHours(1), all::forgetOld);
  }

  void start(@Observes StartupEvent event) {
    dispatch.start();
    sweep.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    dispatch.close();
    sweep.close();
    room.tryAcquire(config.parallel(), DRAIN_S, TimeUnit.SECONDS);
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) JobReady ready) {
    dispatch.wake();
  }

  private void dispatch() {
    while (dispatch.goesOn() && room.tryAcquire()) {
      Optional<RowJob> next = Optional.empty();
      try {
        next = jobs.claim();
      } finally {
        if (next.isEmpty()) {
          room.release();
        }
      }
      if (next.isEmpty()) {
        return;
      }
      RowJob job = next.get();
      Thread.ofVirtual().name("job-" + job.id()).start(() -> work(job));
    }
  }

  private void work(RowJob job) {
    Claim claim = new Claim(job.id(), job.lease.fence(), job.lease.owner());
    Runnable renew = () -> leases.renew(TABLE, claim, config.lease());
    Runnable onLost = dispatch::wake;
    try (LeaseKeeper keeper =
        new LeaseKeeper(claim, config.lease(), config.lease().dividedBy(3), renew, onLost)) {
      run.run(job, claim, () -> stopping || keeper.lost());
    } catch (LeaseLost e) {
      LOG.infof("A job is another's now, job=%s", job.id());
    } catch (InterruptedException e) {
      LOG.infof("The work on a job was broken off, job=%s", job.id());
    } catch (RuntimeException e) {
      LOG.errorf(e, "A job is tried again, job=%s", job.id());
      setBack(claim);
    } finally {
      room.release();
      dispatch.wake();
    }
  }

  /** If even this fails, the lease runs out. */
  private void setBack(Claim claim) {
    try {
      jobs.setBack(claim);
    } catch (RuntimeException e) {
      LOG.warnf("A job waits for its lease to end, job=%s cause=%s", claim.id(), e);
    }
  }
}
