package io.tunemesh.inference.quota;

import io.tunemesh.inference.quota.QueueRefused.Why;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of questions go at once, and shares a full house out among tenants by
 * start-time fair queueing (Goyal, Vin and Cheng, 1996): of those who wait, the tenant goes whose
 * cost so far, divided by its weight, is least. Within a tenant higher priorities go first, then
 * those who came first. A tenant that was idle gains no credit by it.
 */
final class FairQueue {

  private final int slots;
  private final int most;
  private final int mostOfTenant;
  private final long mostBytes;
  private final long mostBytesOfTenant;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Map<String, Lane> waitingLanes = new LinkedHashMap<>();
  private double now;
  private volatile int running;
  private volatile int waiting;
  private long bytes;

  FairQueue(int slots, int most, int mostOfTenant, long mostBytes, long mostBytesOfTenant) {
    this.slots = slots;
    this.most = most;
    this.mostOfTenant = mostOfTenant;
    this.mostBytes = mostBytes;
    this.mostBytesOfTenant = mostBytesOfTenant;
  }

  /**
   * Lets the question in; {@link #leave} must follow.
   *
   * @return whether it may go at once; if not, {@link #await} its turn
   * @throws QueueRefused if there is no room to wait
   */
  boolean enter(Ticket ticket) throws QueueRefused {
    lock.lock();
    try {
      Lane lane = lanes.computeIfAbsent(ticket.tenant, any -> new Lane());
      lane.weight = ticket.weight;
      lane.limit = ticket.tenantLimit;
      lane.add(ticket);
      waiting++;
      bytes += ticket.bytes;
      waitingLanes.putIfAbsent(ticket.tenant, lane);
      dispatch();
      Why full = ticket.running ? null : full(lane);
      if (full != null) {
        remove(ticket);
        throw new QueueRefused(full);
      }
      return ticket.running;
    } finally {
      lock.unlock();
    }
  }

  /** What is full beyond its bounds; null if nothing is, as by one question, however large. */
  private Why full(Lane lane) {
    if (lane.waiting() > mostOfTenant || lane.waiting() > 1 && lane.bytes() > mostBytesOfTenant) {
      return Why.TENANT_FULL;
    }
    return waiting > most || waiting > 1 && bytes > mostBytes ? Why.FULL : null;
  }

  /**
   * Waits until the question may go.
   *
   * @throws QueueRefused if its turn did not come in {@code patience}
   */
  void await(Ticket ticket, Duration patience) throws QueueRefused, InterruptedException {
    boolean gone = false;
    try {
      gone = ticket.go.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      lock.lock();
      try {
        if (!gone && !ticket.running) {
          remove(ticket);
        }
      } finally {
        lock.unlock();
      }
    }
    if (!gone && !ticket.running) {
      throw new QueueRefused(Why.TIMED_OUT);
    }
  }

  /** The question is over and cost so much; also one that never got its turn may leave. */
  void leave(Ticket ticket, double cost) {
    lock.lock();
    try {
      if (!ticket.running) {
        remove(ticket);
        return;
      }
      ticket.running = false;
      running--;
      Lane lane = lanes.get(ticket.tenant);
      lane.left(ticket);
      lane.cost += (cost - ticket.cost) / lane.weight;
      dispatch();
      if (lane.isIdle() && lane.cost <= now) {
        lanes.remove(ticket.tenant);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many have gone and not left. */
  int running() {
    return running;
  }

  /** How many wait. */
  int waiting() {
    return waiting;
  }

  private void remove(Ticket ticket) {
    Lane lane = lanes.get(ticket.tenant);
    if (lane == null || !lane.remove(ticket)) {
      return;
    }
    waiting--;
    bytes -= ticket.bytes;
    tidy(ticket.tenant, lane);
    // Who stood behind it may be able to go where it was not.
    dispatch();
  }

  private void tidy(String tenant, Lane lane) {
    if (lane.waiting() == 0) {
      waitingLanes.remove(tenant);
      if (lane.isIdle() && lane.cost <= now) {
        lanes.remove(tenant);
      }
    }
  }

  private void dispatch() {
    while (running < slots && !waitingLanes.isEmpty()) {
      Ticket next = null;
      double least = Double.POSITIVE_INFINITY;
      for (Lane lane : waitingLanes.values()) {
        double start = Math.max(lane.cost, now);
        Ticket first = start < least ? lane.first() : null;
        if (first != null) {
          next = first;
          least = start;
        }
      }
      if (next == null) {
        return;
      }
      go(next, least);
    }
  }

  private void go(Ticket ticket, double start) {
    Lane lane = lanes.get(ticket.tenant);
    lane.remove(ticket);
    lane.cost = start + ticket.cost / lane.weight;
    lane.running++;
    lane.keys.merge(ticket.key, 1, Integer::sum);
    now = start;
    waiting--;
    bytes -= ticket.bytes;
    running++;
    ticket.running = true;
    ticket.go.release();
    if (lane.waiting() == 0) {
      waitingLanes.remove(ticket.tenant);
    }
  }
}
