package io.tunemesh.inference.engine;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * One engine of the pool and what this replica knows of it: whether it answers, what it holds, how
 * much it has to do.
 */
public final class Engine {

  private final EngineSpec spec;
  private final EngineCalls calls;
  private final PoolConfig config;
  private final long seed;
  private final Breaker breaker;
  private final AtomicInteger running = new AtomicInteger();
  private final Map<String, Copy> copies = new ConcurrentHashMap<>();
  private final Map<String, Long> unloaded = new HashMap<>();
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  private volatile boolean seen;
  private volatile String fault;
  private volatile long askedAt;

  Engine(EngineSpec spec, EngineCalls calls, PoolConfig config) {
    this.spec = spec;
    this.calls = calls;
    this.config = config;
    CRC32C digest = new CRC32C();
    digest.update(spec.url().getBytes(StandardCharsets.UTF_8));
    this.seed = digest.getValue();
    this.breaker = new Breaker(config.breaker());
  }

  public EngineSpec spec() {
    return spec;
  }

  public String url() {
    return spec.url();
  }

  /** A number for its address, the same in all replicas. */
  public long seed() {
    return seed;
  }

  /** The calls that wait for this engine. */
  public EngineCalls calls() {
    return calls;
  }

  /** Whether it answered when it was last asked. */
  public boolean isUp() {
    return seen && fault == null;
  }

  /** What is wrong with it; null when nothing is, or when it was not asked yet. */
  public String fault() {
    return fault;
  }

  /** Whether it is up, answers without failures, and in time. */
  public boolean isWell() {
    long asked = askedAt;
    boolean slow = asked != 0 && System.nanoTime() - asked > config.suspectAfter().toNanos();
    return isUp() && !slow && breaker.letsThrough();
  }

  /** Requests of this replica that run on it. */
  public int running() {
    return running.get();
  }

  /** It gave no answer; it counts as down until it is asked for its models with success. */
  public void isDown(String why) {
    seen = true;
    fault = why;
  }

  /** It is about to be asked for its models. */
  public void asking() {
    askedAt = Math.max(1, System.nanoTime());
  }

  /** It was asked for its models, whatever came of it. */
  public void asked() {
    askedAt = 0;
  }

  /**
   * It answered with the adapters that it holds.
   *
   * @param asked the {@link System#nanoTime()} before it was asked
   * @return whether it was not up before
   */
  public synchronized boolean holds(Set<String> names, long asked) {
    boolean returned = !isUp();
    if (returned) {
      // It may be another program now.
      refused.clear();
    }
    for (String name : names) {
      Long out = unloaded.get(name);
      if (!copies.containsKey(name) && (out == null || out - asked < 0)) {
        Copy copy = new Copy(name, new Use(config.halfLife()));
        copy.ready();
        copies.put(name, copy);
      }
    }
    unloaded.values().removeIf(out -> out - asked < 0);
    for (Copy copy : List.copyOf(copies.values())) {
      if (!names.contains(copy.name()) && copy.wasReadyAt(asked)) {
        drop(copy);
      }
    }
    seen = true;
    fault = null;
    return returned;
  }

  /** The copies in it and on their way to it. */
  public Collection<Copy> copies() {
    return copies.values();
  }

  /** Whether it has that adapter now. */
  public boolean has(String name) {
    Copy copy = copies.get(name);
    return copy != null && copy.isReady();
  }

  /** Its copy of that adapter, there or on its way; null if there is none. */
  public Copy copy(String name) {
    return copies.get(name);
  }

  public boolean hasRoom() {
    return copies.size() < spec.maxCpuLoras();
  }

  /**
   * How much the least used adapter that can make room was used; infinite if none can, and negative
   * if there is room.
   */
  public double priceOfRoom() {
    return hasRoom()
        ? -1
        : copies.values().stream()
            .filter(Copy::isIdle)
            .mapToDouble(Copy::used)
            .min()
            .orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * Keeps a place for an adapter.
   *
   * @return null if all places are taken by adapters on which requests run
   */
  public synchronized Place place(String name) {
    Copy there = copies.get(name);
    if (there != null) {
      return new Place(there, false, null);
    }
    Copy out = null;
    while (!hasRoom() && out == null) {
      Copy coldest = coldest();
      if (coldest == null) {
        return null;
      }
      if (coldest.retire()) {
        out = coldest;
        copies.remove(coldest.name(), coldest);
      }
    }
    Copy copy = new Copy(name, new Use(config.halfLife()));
    copies.put(name, copy);
    return new Place(copy, true, out);
  }

  /** The engine has loaded what {@link #place} kept a place for. */
  public void loaded(Copy copy) {
    copy.ready();
  }

  /** The engine has not loaded it: the place is free again. */
  public synchronized void notLoaded(Copy copy, RuntimeException why) {
    copy.gone();
    copies.remove(copy.name(), copy);
    copy.loaded().completeExceptionally(why);
  }

  /** The engine does not have it, or is not to be asked for it any more. */
  public synchronized void drop(Copy copy) {
    copy.gone();
    copies.remove(copy.name(), copy);
  }

  /** It was unloaded; a models list from before says nothing about it. */
  public synchronized void unloaded(String name) {
    unloaded.put(name, System.nanoTime());
  }

  /** It refuses that adapter, now and later. */
  public void refuses(String name, String why) {
    refused.put(name, why);
  }

  /** Why it refuses that adapter; null if it does not, as far as is known. */
  public String refusal(String name) {
    return refused.get(name);
  }

  /** How many adapters have requests of this replica. */
  public long adaptersRunning() {
    return copies.values().stream().filter(Copy::isRunning).count();
  }

  Breaker breaker() {
    return breaker;
  }

  void begins() {
    running.incrementAndGet();
  }

  void ends() {
    running.decrementAndGet();
  }

  private Copy coldest() {
    Copy coldest = null;
    double least = Double.POSITIVE_INFINITY;
    for (Copy copy : copies.values()) {
      double used = copy.isIdle() ? copy.used() : Double.POSITIVE_INFINITY;
      if (used < least) {
        least = used;
        coldest = copy;
      }
    }
    return coldest;
  }

  /**
   * A place for an adapter.
   *
   * @param isNew whether the caller is to load it; if not, it is there or another loads it
   * @param out what has to be unloaded first; null if nothing has
   */
  public record Place(Copy copy, boolean isNew, Copy out) {}
}
