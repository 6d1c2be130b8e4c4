package io.tunemesh.trainer.export;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.Loop;
import io.tunemesh.trainer.run.LeaseOwner;
import io.tunemesh.trainer.run.Places;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes the exports of this replica, one at a time, each in a slot's place unless the machine has
 * room beside training. At shutdown the export that runs is given back.
 */
@ApplicationScoped
class ExportLoop {

  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration LEAVING = Duration.ofSeconds(15);

  private final ExportTools tools;
  private final Places places;
  private final LeaseOwner owner = LeaseOwner.ofThisProcess();
  private final Loop loop;

  ExportLoop(ExportTools tools, Places places) {
    this.tools = tools;
    this.places = places;
    this.loop = Loop.ofWork("exports", tools.config().poll(), this::makeAll);
  }

  void start(@Observes StartupEvent event) {
    if (tools.run().slots() > 0) {
      loop.start();
    }
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) ExportQueued queued) {
    loop.wake();
  }

  void stop(@Observes ShutdownEvent event) {
    if (tools.run().slots() > 0) {
      loop.drain(LEAVING);
    }
  }

  private void makeAll() {
    try {
      boolean made = true;
      while (made && loop.goesOn() && tools.ledger().waiting(dead())) {
        made = make();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the next export, if a place is free; false if there was nothing to do. */
  private boolean make() throws InterruptedException {
    boolean place = !tools.config().besideTraining();
    if (place && !places.take(WAIT)) {
      return true;
    }
    try {
      Optional<Claim> claim = tools.ledger().claim(owner.toString(), dead(), tools.run().lease());
      claim.ifPresent(taken -> new ExportAttempt(taken, tools, () -> !loop.goesOn()).run());
      return claim.isPresent();
    } finally {
      if (place) {
        places.giveBack();
      }
    }
  }

  private List<String> dead() {
    return owner.deadAmong(tools.ledger().owners());
  }
}
