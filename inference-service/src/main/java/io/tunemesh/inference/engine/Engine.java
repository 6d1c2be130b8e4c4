package io.tunemesh.inference.engine;

import java.nio.charset.StandardCharsets;
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
  private final Places places;
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
    this.places = new Places(spec.maxCpuLoras(), config.halfLife());
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
  public boolean holds(Set<String> names, long asked) {
    boolean returned = !isUp();
    if (returned) {
      // It may be another program now.
      refused.clear();
    }
    places.listed(names, asked);
    seen = true;
    fault = null;
    return returned;
  }

  /** The places that it has for adapters, and what is in them. */
  public Places places() {
    return places;
  }

  /** Whether it has that adapter now. */
  public boolean has(String name) {
    Copy copy = places.copy(name);
    return copy != null && copy.isReady();
  }

  /** It refuses that adapter, now and later. */
  public void refuses(String name, String why) {
    refused.put(name, why);
  }

  /** Why it refuses that adapter; null if it does not, as far as is known. */
  public String refusal(String name) {
    return refused.get(name);
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
}
