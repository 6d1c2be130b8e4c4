package io.tunemesh.inference.usage;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.usage.UsageRecorded;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Tells the use of each minute that is over by an event, from whichever replica looks first. The
 * mark that it is told is committed with the event, so that each question is told once.
 */
@ApplicationScoped
class UsageTeller {

  private static final Duration SWEEP_EVERY = Duration.ofHours(1);

  private final UsageTable table;
  private final Outbox outbox;
  private final UsageConfig config;
  private final Loop tell;
  private final Loop sweep;

  UsageTeller(UsageTable table, Outbox outbox, UsageConfig config) {
    this.table = table;
    this.outbox = outbox;
    this.config = config;
    this.tell = new Loop("usage-events", config.settle(), this::tell);
    this.sweep = new Loop("usage-sweep", SWEEP_EVERY, () -> table.forget(config.keep()));
  }

  void start(@Observes StartupEvent event) {
    tell.start();
    sweep.start();
  }

  void stop(@Observes ShutdownEvent event) {
    tell.close();
    sweep.close();
  }

  private void tell() {
    Instant over = Instant.now().minus(config.settle()).truncatedTo(ChronoUnit.MINUTES);
    tellBefore(over);
  }

  /** Tells all minutes before {@code end}. */
  void tellBefore(Instant end) {
    while (QuarkusTransaction.requiringNew().call(() -> publish(table.takeUntold(end))) > 0) {}
  }

  private int publish(Map<Row, Sum> untold) {
    untold.forEach(
        (row, sum) ->
            outbox.publish(
                new Scope(row.tenant(), null),
                new UsageRecorded(
                    id(row),
                    row.minute().toString(),
                    row.key(),
                    row.model(),
                    sum.requests(),
                    sum.failed(),
                    sum.promptTokens(),
                    sum.completionTokens())));
    return untold.size();
  }

  private static String id(Row row) {
    return Ids.derived(
        "usage-", String.join("\n", row.tenant(), row.key(), row.model(), row.minute().toString()));
  }
}
