package io.tunemesh.trainer.run;

import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.Seated;
import io.tunemesh.trainer.job.UnknownModel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** One place where a job can run: claims a job, works on it, claims the next. */
final class Slot implements Runnable {

  private static final Logger LOG = Logger.getLogger(Slot.class);
  private static final Duration PLACE = Duration.ofSeconds(1);

  private final Tools tools;
  private final LeaseOwner owner;
  private final Bell bell;
  private final Places places;
  private final BooleanSupplier stopping;
  private final String name;

  Slot(
      Tools tools,
      LeaseOwner owner,
      int number,
      Bell bell,
      Places places,
      BooleanSupplier stopping) {
    this.tools = tools;
    this.owner = owner;
    this.name = owner + "/" + number;
    this.bell = bell;
    this.places = places;
    this.stopping = stopping;
  }

  @Override
  public void run() {
    try (Seat seat = new Seat(tools.config())) {
      warm(seat);
      while (!stopping.getAsBoolean()) {
        if (!work(seat)) {
          seat.rest();
          bell.await(tools.config().poll());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Works on a job, if there is one and the machine has room. */
  private boolean work(Seat seat) throws InterruptedException {
    while (!places.take(PLACE)) {
      if (stopping.getAsBoolean()) {
        return false;
      }
    }
    try {
      Optional<Claim> claim = stopping.getAsBoolean() ? Optional.empty() : claim(seat.base());
      claim.ifPresent(taken -> attempt(taken, seat));
      return claim.isPresent();
    } finally {
      places.giveBack();
    }
  }

  /** Whatever an attempt does to this thread, the slot goes on; the attempt's lease runs out. */
  private void attempt(Claim claim, Seat seat) {
    try {
      new Attempt(claim, tools, seat, stopping).run();
    } catch (Error e) {
      LOG.errorf(e, "An attempt broke off, job=%s", claim.id());
      seat.kill();
    }
  }

  private void warm(Seat seat) {
    if (!tools.config().warm()) {
      return;
    }
    try {
      String model = tools.models().id(null);
      seat.take(model, tools.models().folder(model));
    } catch (IOException | UnknownModel | WorkerUnusable e) {
      LOG.warnf("No worker is started ahead of the first job: %s", e.getMessage());
    }
  }

  private Optional<Claim> claim(String held) {
    try {
      Leases leases = tools.leases();
      // it looks once more before another may take it for gone
      Seated worker = new Seated(name, held, tools.config().poll().multipliedBy(3));
      return leases.claim(
          owner.toString(), owner.deadAmong(leases.owners()), worker, tools.config().lease());
    } catch (RuntimeException e) {
      LOG.warnf("No job can be claimed now: %s", e.getMessage());
      return Optional.empty();
    }
  }
}
