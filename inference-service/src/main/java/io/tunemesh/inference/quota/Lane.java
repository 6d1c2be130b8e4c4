package io.tunemesh.inference.quota;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** One tenant in the fair queue, whose lock guards it. */
final class Lane {

  private final Map<Priority, Deque<Ticket>> queues = new EnumMap<>(Priority.class);
  final Map<String, Integer> keys = new HashMap<>();
  double weight;
  int limit;
  double cost;
  int running;
  private int waiting;
  private long bytes;

  Lane() {
    for (Priority priority : Priority.values()) {
      queues.put(priority, new ArrayDeque<>());
    }
  }

  void add(Ticket ticket) {
    queues.get(ticket.priority).add(ticket);
    waiting++;
    bytes += ticket.bytes;
  }

  /** Whether it stood there. */
  boolean remove(Ticket ticket) {
    boolean stood = queues.get(ticket.priority).remove(ticket);
    waiting -= stood ? 1 : 0;
    bytes -= stood ? ticket.bytes : 0;
    return stood;
  }

  /** Held in memory by those who wait. */
  long bytes() {
    return bytes;
  }

  int waiting() {
    return waiting;
  }

  /** Whether nothing of it waits or has gone. */
  boolean isIdle() {
    return running == 0 && waiting() == 0;
  }

  void left(Ticket ticket) {
    running--;
    keys.computeIfPresent(ticket.key, (any, count) -> count == 1 ? null : count - 1);
  }

  /** The first that its tenant's and key's limits let go; null if there is none. */
  Ticket first() {
    if (running >= limit) {
      return null;
    }
    for (Deque<Ticket> queue : queues.values()) {
      for (Ticket ticket : queue) {
        if (keys.getOrDefault(ticket.key, 0) < ticket.keyLimit) {
          return ticket;
        }
      }
    }
    return null;
  }
}
