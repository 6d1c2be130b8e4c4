package io.tunemesh.inference.quota;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.Loop;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts requests and tokens against the limits of tenants and keys. */
@Singleton
class Rates {

  private static final Duration REST = Duration.ofSeconds(5);

  private final SharedBuckets shared;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Loop rest;

  Rates(SharedBuckets shared) {
    this.shared = shared;
    this.rest = new Loop("quota-rest", REST, () -> rest(REST));
  }

  void start(@Observes StartupEvent event) {
    rest.start(REST);
  }

  /** After the workers, whose last turns end as they stop. */
  void stop(@Observes @Priority(LIBRARY_AFTER) ShutdownEvent event) {
    rest.close();
    rest(Duration.ZERO);
  }

  /**
   * Counts a question, and tells the asker what is left.
   *
   * @param tokens its estimate
   * @throws NotYet 429 with the seconds to wait; nothing is counted then
   * @throws Refusal 413 if the limit does not allow so many tokens at all
   */
  Charge charge(Turn turn, Limits tenant, Limits key, long tokens) {
    return charge(turn, tenant, key, new Charge(tokens, true));
  }

  /** The same without waiting; null, and nothing is counted, if the database would be asked. */
  Charge chargeHeld(Turn turn, Limits tenant, Limits key, long tokens) {
    return charge(turn, tenant, key, new Charge(tokens, false));
  }

  private Charge charge(Turn turn, Limits tenant, Limits key, Charge charge) {
    String all = turn.tenant();
    String one = all + "/" + turn.caller();
    try {
      boolean whole =
          take(turn, charge, "requests", all, tenant.requestsPerMinute(), 1)
              && take(turn, charge, "requests", one, key.requestsPerMinute(), 1)
              && take(turn, charge, "tokens", all, tenant.tokensPerMinute(), charge.tokens)
              && take(turn, charge, "tokens", one, key.tokensPerMinute(), charge.tokens);
      if (!whole) {
        charge.undo();
        return null;
      }
    } catch (Refusal refusal) {
      charge.undo();
      charge.tell(turn);
      throw refusal;
    }
    charge.tell(turn);
    return charge;
  }

  /** False if that cannot be told without waiting. */
  private boolean take(
      Turn turn, Charge charge, String kind, String whose, Long limit, double amount) {
    if (limit == null) {
      return true;
    }
    if (amount > limit) {
      throw new Refusal(
          new Problem(
              413,
              "request_exceeds_quota",
              "The request is estimated at %d tokens, and the limit is %d a minute. Shorten it or lower max_tokens."
                  .formatted((long) amount, limit),
              "max_tokens"));
    }
    Bucket bucket = buckets.computeIfAbsent(kind + ":" + whose, id -> new Bucket(id, shared));
    if (!charge.waits && !bucket.takeHeld(amount, limit)) {
      return false;
    }
    double wait = charge.waits ? bucket.take(amount, limit) : 0;
    charge.seen(kind, bucket, limit, wait == 0 ? amount : 0);
    if (wait > 0) {
      long seconds = (long) Math.ceil(wait);
      turn.header("Retry-After", String.valueOf(seconds));
      turn.header("retry-after-ms", String.valueOf((long) Math.ceil(wait * 1000)));
      throw new NotYet(
          new Problem(
              429,
              "rate_limit_exceeded",
              "The limit of %d %s a minute is reached. Try again in %d s."
                  .formatted(limit, kind, seconds),
              null));
    }
    return true;
  }

  /** Gives back what buckets hold that nothing was taken from for so long. */
  void rest(Duration idle) {
    buckets.entrySet().removeIf(entry -> entry.getValue().rest(idle.toNanos()));
  }

  /** What one question has taken. */
  static final class Charge {

    private final long tokens;
    private final boolean waits;
    private final List<Taken> taken = new ArrayList<>();

    private Charge(long tokens, boolean waits) {
      this.tokens = tokens;
      this.waits = waits;
    }

    /** The tokens are known now: the difference is given back or taken. */
    void correct(long actual) {
      for (Taken t : taken) {
        if (t.kind().equals("tokens") && t.amount() > 0) {
          t.bucket().settle(tokens - actual);
        }
      }
    }

    /** As if it had not been asked. */
    void undo() {
      taken.forEach(t -> t.bucket().settle(t.amount()));
    }

    private void seen(String kind, Bucket bucket, long limit, double amount) {
      taken.add(new Taken(kind, bucket, limit, amount));
    }

    /** OpenAI's headers, of the limit that is nearest. */
    private void tell(Turn turn) {
      tell(turn, "requests");
      tell(turn, "tokens");
    }

    private void tell(Turn turn, String kind) {
      Taken nearest = null;
      double left = 0;
      for (Taken t : taken) {
        if (t.kind().equals(kind)) {
          double leftOfThis = t.bucket().left();
          if (nearest == null || leftOfThis / t.limit() < left / nearest.limit()) {
            nearest = t;
            left = leftOfThis;
          }
        }
      }
      if (nearest != null) {
        double used = (nearest.limit() - left) / nearest.limit();
        turn.header("x-ratelimit-limit-" + kind, String.valueOf(nearest.limit()));
        turn.header("x-ratelimit-remaining-" + kind, String.valueOf((long) left));
        turn.header("x-ratelimit-reset-" + kind, (long) Math.ceil(used * 60) + "s");
      }
    }

    private record Taken(String kind, Bucket bucket, long limit, double amount) {}
  }
}
