package io.tunemesh.inference.usage;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Witness;
import io.tunemesh.platform.work.Loop;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Sums up the use of all questions that an engine was sent, and writes it down every second and at
 * the end. Only what a killed process had not written yet is lost, and a row that the database can
 * never hold; while the database is away nothing is.
 */
@ApplicationScoped
class UsageLedger implements Witness {

  private static final Logger LOG = Logger.getLogger(UsageLedger.class);

  private final UsageTable table;
  private final Loop flush;
  private Map<Row, Sum> sums = new HashMap<>();

  UsageLedger(UsageTable table, UsageConfig config) {
    this.table = table;
    this.flush = new Loop("usage", config.flush(), this::flush);
  }

  void start(@Observes StartupEvent event) {
    flush.start();
  }

  /** After the workers, whose last turns end as they stop. */
  void stop(@Observes @Priority(LIBRARY_AFTER) ShutdownEvent event) {
    flush.close();
    flush();
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    // What was refused or not sent has used nothing, and its model may not exist.
    boolean vain = ending.outcome() == Outcome.REFUSED || !turn.isSent();
    if (turn.source() == Source.SHADOW || vain && ending.promptTokens() == 0) {
      return;
    }
    Row row =
        new Row(
            turn.tenant(),
            turn.caller(),
            turn.model(),
            Instant.now().truncatedTo(ChronoUnit.MINUTES));
    add(
        Map.of(
            row,
            new Sum(
                1,
                ending.outcome() == Outcome.ANSWERED ? 0 : 1,
                ending.promptTokens(),
                ending.completionTokens())));
  }

  private synchronized void add(Map<Row, Sum> more) {
    more.forEach((row, sum) -> sums.merge(row, sum, Sum::plus));
  }

  private synchronized Map<Row, Sum> take() {
    Map<Row, Sum> taken = sums;
    sums = new HashMap<>();
    return taken;
  }

  void flush() {
    Map<Row, Sum> taken = take();
    if (taken.isEmpty()) {
      return;
    }
    try {
      table.add(taken);
    } catch (UnstorableUsage e) {
      oneByOne(taken);
    } catch (RuntimeException e) {
      add(taken);
      throw e;
    }
  }

  private void oneByOne(Map<Row, Sum> taken) {
    RuntimeException outage = null;
    for (var entry : taken.entrySet()) {
      Map<Row, Sum> one = Map.of(entry.getKey(), entry.getValue());
      try {
        table.add(one);
      } catch (UnstorableUsage e) {
        LOG.errorf(
            "Usage is dropped, since the database refuses it, tenant=%s sum=%s cause=%s",
            entry.getKey().tenant(), entry.getValue(), e.getMessage());
      } catch (RuntimeException e) {
        add(one);
        outage = e;
      }
    }
    if (outage != null) {
      throw outage;
    }
  }
}
