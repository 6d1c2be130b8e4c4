package io.tunemesh.inference.quota;

import io.tunemesh.platform.http.Refusal;

/**
 * What a tenant, or one of its keys, may use. Null is no limit of this kind, or the default.
 *
 * @param requestsPerMinute also how many may come at once after a pause
 * @param tokensPerMinute prompt and completion together
 * @param concurrency answers at once, on each replica
 * @param weight a tenant's share of a full engine, against the others'; 1 when absent
 * @param priority of a question that names none; {@code normal} when absent
 * @param highestPriority what a question may ask for; when absent {@code normal} of a tenant, and
 *     what its tenant may of a key
 */
public record Limits(
    Long requestsPerMinute,
    Long tokensPerMinute,
    Integer concurrency,
    Integer weight,
    Priority priority,
    Priority highestPriority) {

  static final Limits NONE = new Limits(null, null, null, null, null, null);

  /** This, with {@code defaults} where it says nothing. */
  Limits over(Limits defaults) {
    return new Limits(
        or(requestsPerMinute, defaults.requestsPerMinute),
        or(tokensPerMinute, defaults.tokensPerMinute),
        or(concurrency, defaults.concurrency),
        or(weight, defaults.weight),
        or(priority, defaults.priority),
        or(highestPriority, defaults.highestPriority));
  }

  /** What a question of {@code key} has that asks for nothing; of two that were set the lower. */
  static Priority usual(Limits tenant, Limits key) {
    Priority own = or(key.priority, or(tenant.priority, Priority.NORMAL));
    return own.atMost(or(tenant.priority, own)).atMost(highest(tenant, key));
  }

  /**
   * What a question of {@code key} may ask for. Both hold: a key, whose limits its tenant sets, has
   * no more than the tenant, whose limits an operator sets.
   */
  static Priority highest(Limits tenant, Limits key) {
    Priority all = tenant.most(Priority.NORMAL);
    return all.atMost(key.highestPriority == null ? all : key.most(key.highestPriority));
  }

  /** What is given unasked may be asked for. */
  private Priority most(Priority otherwise) {
    Priority highest = or(highestPriority, otherwise);
    return priority != null && priority.compareTo(highest) < 0 ? priority : highest;
  }

  /** Whether requests or tokens are counted. */
  boolean rates() {
    return requestsPerMinute != null || tokensPerMinute != null;
  }

  /**
   * This, if every number makes sense.
   *
   * @throws Refusal 400 otherwise
   */
  Limits checked() {
    positive("requests_per_minute", requestsPerMinute);
    positive("tokens_per_minute", tokensPerMinute);
    positive("concurrency", concurrency);
    positive("weight", weight);
    return this;
  }

  private static void positive(String name, Number number) {
    if (number != null && (number.longValue() < 1 || number.longValue() > 1_000_000_000_000L)) {
      throw Refusal.invalid(
          "invalid_quota",
          name + " must be a number from 1 to 10^12; leave it out for no limit.",
          name);
    }
  }

  private static <T> T or(T mine, T other) {
    return mine == null ? other : mine;
  }
}
