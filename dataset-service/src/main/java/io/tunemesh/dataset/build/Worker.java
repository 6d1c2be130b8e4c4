package io.tunemesh.dataset.build;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.dataset.augment.GenerationEnded;
import io.tunemesh.dataset.dataset.BuildReady;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Loop;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jboss.logging.Logger;

/**
 * Builds datasets, one in each of its loops, apart from the consumers. A dataset whose worker died
 * is built again by another when its lease is over; a build that fails is tried again after a pause
 * that grows.
 */
@ApplicationScoped
public class Worker {

  private static final Logger LOG = Logger.getLogger(Worker.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  /** How often it is told how far a build is. */
  private static final Duration TELL = Duration.ofSeconds(2);

  private static final Duration DRAIN = Duration.ofSeconds(20);
  private static final Duration STORAGE_PAUSE = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private final ReadWriteLock room = new ReentrantReadWriteLock(true);
  private final Leases leases;
  private final Builds builds;
  private final Sharing sharing;
  private final Company company;
  private final DatasetConfig config;
  private final Replica replica;
  private final List<Loop> loops = new ArrayList<>();

  Worker(
      Leases leases,
      Builds builds,
      Sharing sharing,
      Company company,
      DatasetConfig config,
      Replica replica) {
    this.leases = leases;
    this.builds = builds;
    this.sharing = sharing;
    this.company = company;
    this.config = config;
    this.replica = replica;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i < config.workers(); i++) {
      loops.add(Loop.ofWork("dataset-worker-" + i, POLL, this::buildNext));
    }
    loops.forEach(Loop::start);
  }

  void stop(@Observes ShutdownEvent event) {
    loops.forEach(loop -> loop.drain(DRAIN));
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) BuildReady ready) {
    loops.forEach(Loop::wake);
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) GenerationEnded ended) {
    loops.forEach(Loop::wake);
  }

  private void buildNext() {
    Optional<Claim> claim = leases.claim(replica.id());
    if (claim.isPresent()) {
      build(claim.get());
      loops.forEach(Loop::wake);
    } else {
      sharing.sweep();
    }
  }

  void build(Claim claim) {
    LOG.infof("Dataset build started, dataset=%s attempt=%d", claim.id(), claim.fence());
    Duration third = config.lease().dividedBy(3);
    Duration every = third.compareTo(TELL) < 0 ? third : TELL;
    Advance advance = new Advance();
    Runnable renew = () -> leases.renew(claim, advance.progress());
    try (LeaseKeeper keeper = new LeaseKeeper(claim, config.lease(), every, renew, advance::stop)) {
      int failures = leases.failures(claim);
      if (failures >= config.attempts()) {
        builds.giveUp(claim, failures);
        return;
      }
      if (sharing.begin(claim, company.isThere())) {
        keeper.settle();
        LOG.infof("Dataset build waits for chunks that replicas share, dataset=%s", claim.id());
        return;
      }
      Made made = made(claim, advance, failures);
      keeper.settle();
      builds.commit(claim, made);
      LOG.infof("Dataset build ended, dataset=%s", claim.id());
    } catch (LeaseLost | CancellationException e) {
      LOG.infof("Dataset build was another's by its end: %s", e.getMessage());
    } catch (IOException e) {
      LOG.warnf("Dataset build waits for the storage, dataset=%s: %s", claim.id(), e);
      leases.waits(claim, STORAGE_PAUSE, "the storage, which does not answer now");
    } catch (OutOfMemoryError e) {
      int failures = leases.failures(claim);
      LOG.errorf(e, "Dataset build had too little memory, dataset=%s", claim.id());
      if (failures == 0) {
        leases.failed(claim, BACKOFF.after(0));
      } else {
        builds.tooLarge(claim);
      }
    } catch (RuntimeException | Error e) {
      int failures = leases.failures(claim);
      LOG.warnf(e, "Dataset build failed, dataset=%s failures=%d", claim.id(), failures + 1);
      leases.failed(claim, BACKOFF.after(failures));
    } finally {
      leases.over(claim);
    }
  }

  /** A build that has failed is made alone, since what it lacked may have been the others'. */
  private Made made(Claim claim, Advance advance, int failures) throws IOException {
    Lock room = failures > 0 ? this.room.writeLock() : this.room.readLock();
    room.lock();
    try {
      return builds.make(claim, advance);
    } finally {
      room.unlock();
    }
  }
}
