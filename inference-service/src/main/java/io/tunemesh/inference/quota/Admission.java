package io.tunemesh.inference.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tunemesh.inference.rule.RuleStep;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Step;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Admits questions: first the limits of tenant and key, then a slot, for which tenants wait in a
 * fair order. A question that is refused, that fails before its answer began, or whose asker goes
 * before it went, costs no tokens; a stream that is broken off costs what was sent. Shadows are not
 * counted, nor is what no engine was sent because none is there.
 */
@ApplicationScoped
@jakarta.annotation.Priority(200)
class Admission implements Step {

  private static final double FIRST_COST = 512;

  private final QuotaView view;
  private final Rates rates;
  private final RuleStep rules;
  private final QuotaConfig config;
  private final Replicas replicas;
  private final FairQueue queue;
  private final Timer wait;
  private final MeterRegistry meters;
  private final List<Gauge> gauges;
  private final Map<String, Admitted> admitted = new ConcurrentHashMap<>();
  private final Map<String, Double> usual = new ConcurrentHashMap<>();

  Admission(
      QuotaView view,
      Rates rates,
      RuleStep rules,
      QuotaConfig config,
      Replicas replicas,
      MeterRegistry meters) {
    this.view = view;
    this.rates = rates;
    this.rules = rules;
    this.config = config;
    this.replicas = replicas;
    this.queue =
        new FairQueue(
            config.slots(),
            config.queue(),
            config.queueOfTenant(),
            config.queueBytes().asLongValue(),
            config.queueBytesOfTenant().asLongValue());
    this.wait = Timer.builder("tunemesh.queue.wait").publishPercentileHistogram().register(meters);
    this.gauges =
        List.of(
            Gauge.builder("tunemesh.requests.running", queue, FairQueue::running).register(meters),
            Gauge.builder("tunemesh.requests.waiting", queue, FairQueue::waiting).register(meters));
    this.meters = meters;
  }

  /** A registry that outlives this would go on to tell of this queue, whichever is told of next. */
  @PreDestroy
  void close() {
    gauges.forEach(meters::remove);
  }

  @Override
  public boolean concerns(Turn turn) {
    return turn.source() != Source.SHADOW;
  }

  @Override
  public boolean before(Turn turn) {
    Limits tenant = view.ofTenant(turn.tenant());
    Limits key = view.ofKey(turn.tenant(), turn.caller());
    Admitted mine = new Admitted(tenant, key, priority(turn, tenant, key));
    admitted.put(turn.id(), mine);
    if (mine.isCharged()) {
      boolean counts = tenant.tokensPerMinute() != null || key.tokensPerMinute() != null;
      mine.tokens = counts ? estimate(turn) : 0;
      mine.charge = rates.chargeHeld(turn, tenant, key, mine.tokens);
      if (mine.charge == null) {
        return false;
      }
    }
    return goes(turn, mine);
  }

  private long estimate(Turn turn) {
    return Estimate.tokens(
        turn.api(), turn.body(), config.expectedTokens(), rules.candidates(turn));
  }

  @Override
  public void await(Turn turn) throws InterruptedException {
    Admitted mine = admitted.get(turn.id());
    if (mine.ticket == null) {
      mine.charge = rates.charge(turn, mine.tenant, mine.key, mine.tokens);
      if (goes(turn, mine)) {
        return;
      }
    }
    try {
      queue.await(mine.ticket, config.patience());
      mine.went = true;
    } catch (QueueRefused refused) {
      throw refusal(turn, mine, refused);
    } finally {
      waited(mine);
    }
  }

  /** Whether it goes at once; else it stands in the queue. */
  private boolean goes(Turn turn, Admitted mine) {
    mine.ticket = ticket(turn, mine);
    try {
      mine.went = queue.enter(mine.ticket);
    } catch (QueueRefused refused) {
      waited(mine);
      throw refusal(turn, mine, refused);
    }
    if (mine.went) {
      waited(mine);
    }
    return mine.went;
  }

  private void waited(Admitted mine) {
    wait.record(System.nanoTime() - mine.ticket.since, TimeUnit.NANOSECONDS);
  }

  /** A stream's chunks would have to be read for it, each of them. */
  @Override
  public boolean readsAnswer(Turn turn) {
    return turn.api() == Api.CHAT
        && !turn.streams()
        && turn.field("service_tier").isTextual()
        && admitted.containsKey(turn.id());
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    answer.put("service_tier", admitted.get(turn.id()).priority.serviceTier());
    return true;
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    Admitted mine = admitted.remove(turn.id());
    if (mine == null) {
      return;
    }
    long counted = ending.promptTokens() + ending.completionTokens();
    boolean free = !mine.went || ending.outcome() != Outcome.ANSWERED;
    long actual = counted > 0 ? counted : free ? 0 : mine.tokens;
    boolean passes = ending.status() == 429 || ending.status() >= 500;
    if (passes && !turn.isSent()) {
      // As if it had not been asked; what its asker is to mend counts, or rubbish would be free.
      mine.undo();
    } else if (mine.charge != null) {
      mine.charge.correct(actual);
    }
    if (mine.ticket != null) {
      queue.leave(mine.ticket, Math.max(1, actual));
    }
    if (counted > 0) {
      usual.merge(turn.tenant(), (double) counted, (old, fresh) -> old * 0.9 + fresh * 0.1);
    }
  }

  private Ticket ticket(Turn turn, Admitted mine) {
    return new Ticket(
        turn.tenant(),
        turn.caller(),
        mine.tenant.weight() == null ? 1 : mine.tenant.weight(),
        limit(mine.tenant.concurrency()),
        limit(mine.key.concurrency()),
        mine.priority,
        mine.tokens > 0 ? mine.tokens : usual.getOrDefault(turn.tenant(), FIRST_COST),
        turn.size());
  }

  /** Also bounds what the engine is asked for. */
  private static Priority priority(Turn turn, Limits tenant, Limits key) {
    Priority given = Limits.usual(tenant, key);
    Priority most = Limits.highest(tenant, key);
    JsonNode number = turn.field("priority");
    if (number.isMissingNode() || number.isNull()) {
      return given.asked(turn.field("service_tier").textValue()).atMost(most);
    }
    // An engine may take a text or a fraction for a number that was not bounded here.
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw Refusal.invalid(
          "invalid_value",
          "The field 'priority' must be a whole number; a lower one goes first, and 0 is usual.",
          "priority");
    }
    if (number.longValue() < most.least()) {
      turn.body().put("priority", most.least());
    }
    return Priority.asked(number.longValue()).atMost(most);
  }

  /** It was not even asked: the request is given back with its tokens. */
  private NotYet refusal(Turn turn, Admitted mine, QueueRefused refused) {
    mine.undo();
    turn.header("Retry-After", String.valueOf(Math.max(1, config.patience().toSeconds() / 10)));
    return new NotYet(
        switch (refused.why()) {
          case TENANT_FULL ->
              new Problem(
                  429,
                  "too_many_waiting",
                  "As many of your requests wait already as may, or as large ones. Send fewer at once.",
                  null);
          case FULL ->
              new Problem(
                  503, "overloaded", "Too many requests wait now. Try again in a moment.", null);
          case TIMED_OUT ->
              new Problem(
                  503,
                  "queue_timeout",
                  "The request waited for %d s and its turn did not come. Try again later."
                      .formatted(config.patience().toSeconds()),
                  null);
        });
  }

  private int limit(Integer limit) {
    return limit == null ? Integer.MAX_VALUE : replicas.part(limit);
  }

  /** What a turn holds, and the limits that it began with. */
  private static final class Admitted {

    private final Limits tenant;
    private final Limits key;
    private final Priority priority;
    private long tokens;
    private volatile boolean went;
    private volatile Rates.Charge charge;
    private volatile Ticket ticket;

    private Admitted(Limits tenant, Limits key, Priority priority) {
      this.tenant = tenant;
      this.key = key;
      this.priority = priority;
    }

    private boolean isCharged() {
      return tenant.rates() || key.rates();
    }

    private void undo() {
      if (charge != null) {
        charge.undo();
        charge = null;
      }
    }
  }
}
