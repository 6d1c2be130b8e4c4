package io.tunemesh.platform.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.faulttolerance.api.Guard;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.platform.trace.Traces;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * How a service takes an event: its effect and its inbox entry are committed in one transaction.
 * While the database is away the event waits, and so do those behind it; any other fault is tried
 * again for about a minute, in place, so that events of one key stay in order. What still fails,
 * what fails for good and what is no event at all is thrown and so reaches the consumer's
 * dead-letter topic.
 */
@ApplicationScoped
public class EventHandler {

  private static final Logger LOG = Logger.getLogger(EventHandler.class);
  private static final int NO_LIMIT = -1;
  private static final Guard WAIT = guard("outage", NO_LIMIT, 0, Outages::isOutage);
  private static final Guard RETRY =
      guard("event", 12, 120, e -> !lasts(e) && !Outages.isOutage(e));

  private final Inbox inbox;
  private final Traces traces;
  private final MeterRegistry meters;

  EventHandler(Inbox inbox, Traces traces, MeterRegistry meters) {
    this.inbox = inbox;
    this.traces = traces;
    this.meters = meters;
  }

  /** Runs {@code effect} in a transaction, once for each event id. */
  public void once(ConsumerRecord<String, byte[]> record, Consumer<Envelope<?>> effect) {
    Envelope<? extends Event> envelope = read(record);
    handle(
        envelope,
        () ->
            QuarkusTransaction.requiringNew()
                .run(
                    () -> {
                      if (inbox.firstTime(envelope.key())) {
                        effect.accept(envelope);
                      }
                    }));
  }

  /**
   * For effects that need slow work first, such as a call to another server: {@code work} runs
   * outside a transaction and may run again after a crash; {@code commit} runs in a transaction,
   * once for each event id.
   */
  public <R> void onceAfter(
      ConsumerRecord<String, byte[]> record,
      Function<Envelope<?>, R> work,
      BiConsumer<Envelope<?>, R> commit) {
    Envelope<? extends Event> envelope = read(record);
    handle(
        envelope,
        () -> {
          if (inbox.has(envelope.key())) {
            return;
          }
          R result = work.apply(envelope);
          QuarkusTransaction.requiringNew()
              .run(
                  () -> {
                    if (inbox.firstTime(envelope.key())) {
                      commit.accept(envelope, result);
                    }
                  });
        });
  }

  /**
   * For effects that may run twice: {@code effect} runs in a transaction, at least once for each
   * event. The inbox is not asked, so that several consumers of a service can hear one event.
   */
  public void each(ConsumerRecord<String, byte[]> record, Consumer<Envelope<?>> effect) {
    Envelope<? extends Event> envelope = read(record);
    retrying(() -> QuarkusTransaction.requiringNew().run(() -> effect.accept(envelope)));
  }

  /**
   * Reads a record as an event of the contract, or throws {@link MalformedEvent}. A request has no
   * specification that {@link Specifications} finds a mistake in.
   */
  public static Envelope<? extends Event> read(ConsumerRecord<String, byte[]> record) {
    try {
      return CloudEvents.read(
          name -> Specifications.header(record, name), Specifications.value(record));
    } catch (IOException e) {
      throw new MalformedEvent("the data is no event: " + e.getMessage(), e);
    }
  }

  private void handle(Envelope<?> envelope, Runnable attempt) {
    Timer.Sample sample = Timer.start(meters);
    String outcome = "failed";
    try {
      traces.consume(
          envelope.type(), envelope.id(), envelope.traceparent(), () -> retrying(attempt));
      outcome = "handled";
    } finally {
      sample.stop(
          meters.timer(
              "tunemesh.events.handled", "type", envelope.type().typeName(), "outcome", outcome));
    }
  }

  private static void retrying(Runnable attempt) {
    WAIT.get(() -> RETRY.get(() -> run(attempt), Void.class), Void.class);
  }

  private static boolean lasts(Throwable e) {
    return e instanceof MalformedEvent || e instanceof LastingFault;
  }

  private static Void run(Runnable attempt) {
    try {
      attempt.run();
      return null;
    } catch (RuntimeException e) {
      if (Outages.isUnstorable(e)) {
        throw new MalformedEvent("the data cannot be stored: " + Outages.root(e), e);
      }
      throw e;
    }
  }

  private static Guard guard(String name, int tries, int seconds, Predicate<Throwable> when) {
    return Guard.create()
        .withDescription(name)
        .withRetry()
        .maxRetries(tries)
        .delay(200, ChronoUnit.MILLIS)
        .maxDuration(seconds, ChronoUnit.SECONDS)
        .whenException(when)
        .beforeRetry(e -> LOG.warnf("An event is tried again: %s", Outages.root(e)))
        .withExponentialBackoff()
        .maxDelay(10, ChronoUnit.SECONDS)
        .done()
        .done()
        .build();
  }
}
