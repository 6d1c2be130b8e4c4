package io.tunemesh.trainer.run;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Leaving;
import io.tunemesh.trainer.job.JobQueued;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The slots of this replica. At shutdown every job is saved and given back, so that another replica
 * goes on with it at once.
 */
@ApplicationScoped
class Slots {

  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Tools tools;
  private final Places places;
  private final Bell bell = new Bell();
  private final List<Thread> threads = new ArrayList<>();
  private Leaving leaving;
  private volatile boolean stopping;

  Slots(Tools tools, Places places) {
    this.tools = tools;
    this.places = places;
  }

  void start(@Observes StartupEvent event) {
    leaving = Leaving.first("slots-leave", this::leave);
    LeaseOwner owner = LeaseOwner.ofThisProcess();
    for (int i = 0; i < tools.config().slots(); i++) {
      Slot slot = new Slot(tools, owner, i, bell, places, () -> stopping);
      threads.add(Thread.ofPlatform().name("slot-" + i).daemon().start(slot));
    }
  }

  void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) JobQueued queued) {
    bell.ring();
  }

  /** Every job is told to save itself, and none is claimed any more. */
  private void leave() {
    stopping = true;
    bell.ring();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    leave();
    leaving.close();
    long until = System.nanoTime() + tools.config().grace().plus(MARGIN).toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
    }
  }
}
