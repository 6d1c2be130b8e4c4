package io.tunemesh.inference.quota;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * This replica's part of a shared bucket: it draws some seconds' worth at a time, so that most
 * questions ask no database. All replicas together never give out more than the limit; what an idle
 * one holds goes back. While the database is away nothing is refused.
 */
final class Bucket {

  private static final Logger LOG = Logger.getLogger(Bucket.class);

  /** The part of a minute's worth that is drawn ahead. */
  private static final double AHEAD = 1.0 / 20;

  private static final long ASK_AGAIN_NANOS = 1_000_000_000L;

  /** No answer takes longer, so that none is corrected at a bucket that is forgotten. */
  private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

  private final String id;
  private final SharedBuckets shared;
  private final ReentrantLock lock = new ReentrantLock();
  private final DoubleAdder settled = new DoubleAdder();
  private double folded;
  private double perMinute;
  private double held;
  private double level;
  private volatile double left;
  private long asked;
  private boolean known;
  private long used = System.nanoTime();

  Bucket(String id, SharedBuckets shared) {
    this.id = id;
    this.shared = shared;
  }

  /**
   * Takes {@code amount}.
   *
   * @param limit a minute's worth
   * @return 0 if it was there, or else the seconds until it will be
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
      if (held < amount && known) {
        return Math.max(0.001, (amount - held - filled()) / limit * 60);
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
    lock.lock();
    try {
      fold();
      long unused = System.nanoTime() - used;
      boolean idle = unused >= idleNanos;
      if (held != 0 && (idle || held < 0 || held > 2 * perMinute * AHEAD)) {
        shared.give(id, perMinute, held);
        held = 0;
        known = false;
      }
      return unused >= FORGET_NANOS && held == 0;
    } catch (SQLException e) {
      LOG.debugf("A quota is not given back now, bucket=%s cause=%s", id, e.getMessage());
      return false;
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

  private void draw(double amount) {
    try {
      double need = amount - held;
      Draw draw = shared.draw(id, perMinute, need, Math.max(need, perMinute * AHEAD));
      held += draw.granted();
      level = draw.level();
      asked = System.nanoTime();
      known = true;
    } catch (SQLException e) {
      LOG.warnf("A quota cannot be kept now, bucket=%s cause=%s", id, e.getMessage());
      known = false;
    }
  }

  /** What the shared bucket should hold by now. */
  private double filled() {
    return Math.min(perMinute, level + (System.nanoTime() - asked) / 60e9 * perMinute);
  }
}
