package io.tunemesh.inference.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;

/**
 * One engine of the pool and what this replica knows of it: whether it answers, what it holds, how
 * much it has to do.
 */
public final class Engine {

  private static final Logger LOG = Logger.getLogger(Engine.class);

  private final EngineSpec spec;
  private final String name;
  private final EngineCalls calls;
  private final PoolConfig config;
  private final long seed;
  private final Breaker breaker;
  private final AtomicInteger running = new AtomicInteger();

  /** By {@link System#nanoTime()}; 0 when it has begun an answer since. */
  private final AtomicLong stalledUntil = new AtomicLong();

  private final Places places;
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  private volatile String signature;
  private volatile boolean refusesKey;
  private volatile boolean seen;
  private volatile String fault;
  private volatile String illness;
  private volatile long askedAt;

  Engine(EngineSpec spec, EngineCalls calls, PoolConfig config) {
    this.spec = spec;
    this.name = spec.name();
    this.calls = calls;
    this.config = config;
    CRC32C digest = new CRC32C();
    digest.update(spec.url().getBytes(StandardCharsets.UTF_8));
    this.seed = digest.getValue();
    this.breaker = new Breaker(config.breaker());
    this.places = new Places(spec.maxCpuLoras(), config.halfLife());
    this.signature = spec.model();
  }

  public EngineSpec spec() {
    return spec;
  }

  /** Its host and port, for logs. */
  public String name() {
    return name;
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
    return seen && fault() == null;
  }

  /** What is wrong with it; null when nothing is, or when it was not asked yet. */
  public String fault() {
    return fault != null ? fault : illness;
  }

  /** What it says itself about its health; null while it is well. */
  public String illness() {
    return illness;
  }

  /** Whether it is up, answers without failures, and in time. */
  public boolean isWell() {
    return !isSilent() && breaker.letsThrough();
  }

  /** Whether it is down, has not said in time how it is, or has stalled. */
  public boolean isSilent() {
    return isDeaf() || isStalled();
  }

  public boolean isDown() {
    return !isUp();
  }

  /** Whether it is down, or has not said in time how it is. */
  public boolean isDeaf() {
    return isDown() || isLate();
  }

  /** Whether it is silent, or has begun no answer since it stalled. */
  public boolean isInDoubt() {
    return isDeaf() || stalledUntil.get() != 0;
  }

  private boolean isLate() {
    long asked = askedAt;
    return asked != 0 && System.nanoTime() - asked > config.suspectAfter().toNanos();
  }

  private boolean isStalled() {
    long until = stalledUntil.get();
    return until != 0 && System.nanoTime() - until < 0;
  }

  /** Requests of this replica that run on it. */
  public int running() {
    return running.get();
  }

  /**
   * It stopped in the middle of an answer, whatever it says of its health. It counts as silent
   * until it begins another answer; after each pause of the breaker one question tries it.
   */
  public void stalls() {
    stalledUntil.set(nextTrial());
  }

  private long nextTrial() {
    return System.nanoTime() + config.breaker().pause().toNanos() | 1;
  }

  /** It gave no answer; it counts as down until it is asked for its models with success. */
  public void isDown(String why) {
    seen = true;
    fault = why;
  }

  /** It is about to be asked how it is. */
  public void asking() {
    askedAt = Math.max(1, System.nanoTime());
  }

  /**
   * It was asked how it is.
   *
   * @param ill what it says to be wrong with itself; null if nothing
   */
  public void asked(String ill) {
    illness = ill;
    askedAt = 0;
  }

  /**
   * It answered with the adapters that it holds.
   *
   * @param asked the {@link System#nanoTime()} before it was asked
   * @return whether it was not up before
   */
  public boolean holds(Set<String> names, long asked) {
    boolean returned = !seen || fault != null;
    if (returned) {
      // It may be another program now.
      refused.clear();
      stalledUntil.set(0);
    }
    places.listed(names, asked);
    seen = true;
    fault = null;
    return returned;
  }

  /** It signs answers of its base with that name. */
  public void signs(String name) {
    signature = name;
  }

  /** The name of its base in its answers, which may be another than the one that it is asked by. */
  public String signature() {
    return signature;
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

  /** It refuses the key that it is asked with; told once, until it begins an answer again. */
  void refusesKey(int status) {
    if (!refusesKey) {
      refusesKey = true;
      LOG.errorf("The engine refuses its key, engine=%s status=%d", url(), status);
    }
  }

  Breaker breaker() {
    return breaker;
  }

  /** Returns whether the request tries it after a stall; it is silent for others meanwhile. */
  boolean begins() {
    running.incrementAndGet();
    long until = stalledUntil.get();
    return until != 0 && stalledUntil.compareAndSet(until, nextTrial());
  }

  void speaks() {
    if (refusesKey) {
      refusesKey = false;
    }
    if (stalledUntil.get() != 0) {
      stalledUntil.set(0);
    }
  }

  /** How long a request that tries it after a stall waits for it. */
  Duration patience() {
    return config.pause().well();
  }

  void ends() {
    running.decrementAndGet();
  }
}
