package io.tunemesh.inference.quota;

import java.util.concurrent.Semaphore;

/**
 * A question that wants to go; for one {@link FairQueue#enter}.
 *
 * <p>{@code cost} is an estimate that {@link FairQueue#leave} corrects; {@code bytes} are held in
 * memory while it waits; no limit is {@code Integer.MAX_VALUE}.
 */
final class Ticket {

  final String tenant;
  final String key;
  final double weight;
  final int tenantLimit;
  final int keyLimit;
  final Priority priority;
  final double cost;
  final long bytes;
  final Semaphore go = new Semaphore(0);
  final long since = System.nanoTime();
  volatile boolean running;

  Ticket(
      String tenant,
      String key,
      double weight,
      int tenantLimit,
      int keyLimit,
      Priority priority,
      double cost,
      long bytes) {
    this.tenant = tenant;
    this.key = key;
    this.weight = weight;
    this.tenantLimit = tenantLimit;
    this.keyLimit = keyLimit;
    this.priority = priority;
    this.cost = cost;
    this.bytes = bytes;
  }
}
