package io.tunemesh.inference.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The places that an engine has for adapters. A place is taken from the moment in which an adapter
 * is to be loaded, and free again only when the engine has said, by its answer or by its models
 * list, that the adapter is not there; so one replica never makes the engine hold more than it has
 * room for, and what several have loaded at once is {@link #surplus}.
 */
public final class Places {

  private final int room;
  private final Duration halfLife;
  private final Map<String, Copy> copies = new ConcurrentHashMap<>();
  private final Map<String, Long> unloaded = new HashMap<>();
  private Long listedAt;

  Places(int room, Duration halfLife) {
    this.room = room;
    this.halfLife = halfLife;
  }

  /** How many are taken. */
  public int taken() {
    return (int) copies.values().stream().filter(copy -> !copy.makesWay()).count();
  }

  /** Its copy of that adapter, there, on its way to or from it; null if there is none. */
  public Copy copy(String name) {
    return copies.get(name);
  }

  /** Whether the adapter is there or on its way to it. */
  public boolean has(String name) {
    Copy copy = copies.get(name);
    return copy != null && copy.isWanted();
  }

  public boolean hasRoom() {
    return taken() < room;
  }

  /**
   * How much the least used adapter that can make room was used; infinite if none can, and negative
   * if there is room.
   */
  public double priceOfRoom() {
    return price(Copy::isIdle);
  }

  /**
   * The same for one copy more of an adapter that is somewhere already. What only another replica
   * uses does not make room for it: that replica would load it again, and so on in turn.
   */
  public double priceOfSpareRoom() {
    return price(copy -> copy.isIdle() && !copy.isForeign());
  }

  private double price(Predicate<Copy> mayGo) {
    return hasRoom()
        ? -1
        : copies.values().stream()
            .filter(mayGo)
            .mapToDouble(Copy::used)
            .min()
            .orElse(Double.POSITIVE_INFINITY);
  }

  /** How many adapters have requests of this replica. */
  public long running() {
    return copies.values().stream().filter(Copy::isRunning).count();
  }

  /**
   * Keeps a place for an adapter.
   *
   * @return null if none can be had now: requests run on all that could make way, or the adapter
   *     itself is on its way out
   */
  public synchronized Place take(String name) {
    Copy there = copies.get(name);
    if (there != null) {
      return there.isWanted() ? new Place(there, false, List.of()) : null;
    }
    int over = taken() + 1 - room;
    List<Copy> out = makeWay(over, Long.MAX_VALUE);
    Place place = new Place(new Copy(name, new Use(halfLife)), true, out);
    if (out.size() < over) {
      out.forEach(Copy::stay);
      return null;
    }
    copies.put(name, place.copy());
    return place;
  }

  /** The engine has loaded what {@link #take} kept a place for. */
  public void loaded(Copy copy) {
    copy.ready();
  }

  /** The engine does not have what was to be loaded: what was to make way for it may stay. */
  public synchronized void notLoaded(Place place, RuntimeException why) {
    free(place.copy());
    place.out().forEach(Copy::stay);
    place.copy().loaded().completeExceptionally(why);
  }

  /** Whether the engine has what was to be loaded, its next models list tells. */
  public synchronized void maybeLoaded(Place place, RuntimeException why) {
    place.copy().unsure();
    place.out().forEach(Copy::stay);
    place.copy().loaded().completeExceptionally(why);
  }

  /**
   * What has to be unloaded because the engine holds more than it has room for, as when two
   * replicas have loaded at once. What has come since that {@link System#nanoTime()} goes last, and
   * of it all replicas choose the same, or each would take out what the other has just loaded. If
   * requests of this one run on what is chosen, it stays, and nothing goes in its stead.
   */
  public synchronized List<Copy> surplus(long since) {
    return makeWay(taken() - room, since);
  }

  /**
   * The adapter is to be unloaded: no request begins on it any more, and those that run may fail.
   *
   * @return null if it is not there, or somebody else is about to load or unload it
   */
  public Copy leaving(String name) {
    Copy copy = copies.get(name);
    return copy != null && copy.retire() ? copy : null;
  }

  /** The engine has unloaded it; a models list from before says nothing about it. */
  public synchronized void unloaded(Copy copy) {
    unloaded.put(copy.name(), System.nanoTime());
    free(copy);
  }

  /** Whether the engine has unloaded it, its next models list tells. */
  public void maybeUnloaded(Copy copy) {
    copy.unsure();
  }

  /** The engine does not have it although it should. */
  public void lost(Copy copy) {
    if (copy.isReady()) {
      free(copy);
    }
  }

  /**
   * The engine holds these, as it said when it was asked at that {@link System#nanoTime()}. Several
   * ask, and a list that was asked for before the last that came is no news.
   */
  public synchronized void listed(Set<String> names, long asked) {
    if (listedAt != null && asked - listedAt < 0) {
      return;
    }
    listedAt = asked;
    for (String name : names) {
      Copy known = copies.get(name);
      Long out = unloaded.get(name);
      boolean isNews = known == null ? out == null || out - asked < 0 : known.isFoundAt(asked);
      if (isNews) {
        Copy copy = new Copy(name, new Use(halfLife));
        copy.found();
        copies.put(name, copy);
      }
    }
    unloaded.values().removeIf(out -> out - asked < 0);
    for (Copy copy : List.copyOf(copies.values())) {
      if (!names.contains(copy.name()) && copy.isMissingAt(asked)) {
        free(copy);
      }
    }
  }

  private synchronized void free(Copy copy) {
    copy.gone();
    copies.remove(copy.name(), copy);
  }

  /**
   * Up to {@code count} on which no request runs, the least used of those from before first. What
   * has come since then keeps its turn though requests run on it: another replica, on which none
   * do, takes it out.
   */
  private List<Copy> makeWay(int count, long since) {
    record Weighed(Copy copy, boolean isNew, double used) {}
    if (count <= 0) {
      return List.of();
    }
    return copies.values().stream()
        .map(copy -> new Weighed(copy, copy.isSince(since), copy.used()))
        .filter(each -> each.isNew() ? each.copy().isReady() : each.copy().isIdle())
        .sorted(
            Comparator.comparing(Weighed::isNew)
                .thenComparingDouble(each -> each.isNew() ? 0 : each.used())
                .thenComparing(each -> each.copy().name()))
        .filter(each -> each.isNew() || each.copy().makeWay())
        .limit(count)
        .filter(each -> !each.isNew() || each.copy().makeWay())
        .map(Weighed::copy)
        .toList();
  }

  /**
   * A place for an adapter.
   *
   * @param isNew whether the caller is to load it; if not, it is there or another loads it
   * @param out what has to be unloaded first
   */
  public record Place(Copy copy, boolean isNew, List<Copy> out) {}
}
