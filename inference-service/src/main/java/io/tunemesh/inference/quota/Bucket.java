package io.tunemesh.inference.quota;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * This replica's part of a shared bucket: it draws some seconds' worth at a time, so that most
 * questions ask no database. All replicas together never give out more than the limit; what an idle
 * one holds goes back. While the database is away nothing is refused, nor counted for later; one
 * that says nothing is waited for a second at most, by all questions of the bucket together.
 */
final class Bucket {

  private static final Logger LOG = Logger.getLogger(Bucket.class);

  /** The part of a minute's worth that is drawn ahead. */
  private static final double AHEAD = 1.0 / 20;

  private static final long ASK_AGAIN_NANOS = 1_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** So long the database is left alone when it failed or said nothing. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** No answer takes longer, so that none is corrected at a bucket that is forgotten. */
  private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

  private final String id;
  private final SharedBuckets shared;
  private final long patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final DoubleAdder settled = new DoubleAdder();
  private double folded;
  private double perMinute;
  private double held;
  private double level;
  private volatile double left;
  private long asked;
  private boolean known;
  private long awayUntil = System.nanoTime();
  private Drawing drawing;
  private long used = System.nanoTime();

  /** What passes so is counted nowhere: a debt would outlast the fault that made it. */
  static final double UNASKED = -1;

  Bucket(String id, SharedBuckets shared) {
    this(id, shared, PATIENCE);
  }

  /**
   * @param patience how long a database is waited for that says nothing
   */
  Bucket(String id, SharedBuckets shared, Duration patience) {
    this.id = id;
    this.shared = shared;
    this.patience = patience.toNanos();
  }

  /**
   * Takes {@code amount}.
   *
   * @param limit a minute's worth
   * @return 0 if it was there; {@link #UNASKED} if nobody knows, and nothing is taken; or else the
   *     seconds until it will be
   */
  double take(double amount, double limit) {
    lock.lock();
    try {
      if (takeHeld(amount, limit)) {
        return 0;
      }
      if (!hopeless(amount)) {
        draw(amount);
      }
      if (held < amount) {
        return known ? Math.max(0.001, (amount - held - filled()) / limit * 60) : UNASKED;
      }
      held -= amount;
      return 0;
    } finally {
      lock.unlock();
    }
  }

  /** The same without waiting; false, and nothing is taken, if the database would be asked. */
  boolean takeHeld(double amount, double limit) {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      fold();
      perMinute = limit;
      used = System.nanoTime();
      if (held < amount) {
        return false;
      }
      held -= amount;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives back what was taken too much, or, negative, takes a debt. Never waits, also not while
   * another thread waits for the database.
   */
  void settle(double amount) {
    settled.add(amount);
  }

  /** What is left, as far as this replica knows; never waits for another who asks the database. */
  double left() {
    if (lock.tryLock()) {
      try {
        fold();
        left = Math.max(0, Math.min(perMinute, held + (known ? filled() : 0)));
      } finally {
        lock.unlock();
      }
    }
    return left;
  }

  /**
   * Gives what is held back to the others if nothing was taken for so long, and pays debts.
   *
   * @return whether the bucket can be forgotten: it was idle for an hour, and nothing is left in it
   */
  boolean rest(long idleNanos) {
    double back = takeBack(idleNanos);
    if (back != 0) {
      try {
        shared.give(id, perMinute, back);
      } catch (SQLException e) {
        LOG.debugf("A quota is not given back now, bucket=%s cause=%s", id, e.getMessage());
        settle(back);
        return false;
      }
    }
    lock.lock();
    try {
      fold();
      return System.nanoTime() - used >= FORGET_NANOS && held == 0 && drawing == null;
    } finally {
      lock.unlock();
    }
  }

  /** What is to be given back; a database that says nothing must not be met under the lock. */
  private double takeBack(long idleNanos) {
    lock.lock();
    try {
      fold();
      boolean idle = System.nanoTime() - used >= idleNanos;
      double back = idle || held < 0 || held > 2 * perMinute * AHEAD ? held : 0;
      if (back != 0) {
        held = 0;
        known = false;
      }
      return back;
    } finally {
      lock.unlock();
    }
  }

  /** Takes over what was settled; an adder is summed but not reset, so that nothing is lost. */
  private void fold() {
    double sum = settled.sum();
    held += sum - folded;
    folded = sum;
  }

  /**
   * Whether the bucket was too empty a moment ago, so that a storm of refusals asks no database.
   */
  private boolean hopeless(double amount) {
    return known && System.nanoTime() - asked < ASK_AGAIN_NANOS && held + filled() < amount;
  }

  /** Asks the shared bucket, unless that was in vain a moment ago; one question at a time does. */
  private void draw(double amount) {
    if (System.nanoTime() - awayUntil < 0) {
      known = false;
      return;
    }
    boolean late = drawing != null;
    if (!late) {
      drawing = begun(amount);
    }
    try {
      Draw draw = drawing.await(patience);
      drawing = null;
      take(draw);
      if (late && held < amount) {
        draw(amount); // what came late was asked for another question, and some time ago
      }
    } catch (ExecutionException e) {
      drawing = null;
      fail(e.getCause());
    } catch (TimeoutException e) {
      fail(e);
      if (drawing.isVain()) {
        drawing.whenLate(draw -> settle(draw.granted()));
        drawing = null;
      }
    } catch (InterruptedException e) {
      // The asker is gone; what it has asked for is the next one's.
      Thread.currentThread().interrupt();
      known = false;
    }
  }

  private Drawing begun(double amount) {
    double need = amount - held;
    double want = Math.max(need, perMinute * AHEAD);
    double limit = perMinute;
    return new Drawing(() -> shared.draw(id, limit, need, want));
  }

  private void take(Draw draw) {
    held += draw.granted();
    level = draw.level();
    asked = System.nanoTime();
    known = true;
  }

  private void fail(Throwable cause) {
    LOG.warnf("A quota cannot be kept now, bucket=%s cause=%s", id, cause);
    known = false;
    awayUntil = System.nanoTime() + AWAY_NANOS;
  }

  /** What the shared bucket should hold by now. */
  private double filled() {
    return Math.min(perMinute, level + (System.nanoTime() - asked) / 60e9 * perMinute);
  }
}
