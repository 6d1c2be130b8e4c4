package io.tunemesh.inference.job;

import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.Backoff;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Asks a row until it has an answer or a reason. An engine that is away or busy, a model that is
 * being loaded and a quota that is used up are waited for some seconds; then the row is for later.
 * An engine that fails over the row is asked a few times, since the row may be what it fails over;
 * so is one that has no room for it.
 */
final class RowAnswer {

  private static final Logger LOG = Logger.getLogger(RowAnswer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final int MOST_FAULTS = 3;

  private final String job;
  private final RowTask task;
  private final Backoff backoff;
  private final Duration patience;

  RowAnswer(String job, RowTask task, Duration longestPause, Duration patience) {
    this.job = job;
    this.task = task;
    this.backoff = new Backoff(FIRST_PAUSE, longestPause);
    this.patience = patience;
  }

  /**
   * What became of the row.
   *
   * @throws NotNow if nothing did
   */
  RowResult to(Row row) throws NotNow, InterruptedException {
    try {
      return asked(row);
    } catch (RowFailed e) {
      return failed(row, e.problem());
    } catch (RuntimeException | Error e) {
      return unforeseen(row, e);
    }
  }

  private RowResult asked(Row row) throws RowFailed, NotNow, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    int faults = 0;
    for (int tries = 0; ; tries++) {
      try {
        return task.answer(row);
      } catch (Refusal e) {
        boolean passes = passes(e);
        if (!passes && (!isFault(e.problem()) || ++faults == MOST_FAULTS)) {
          return failed(row, e.problem());
        }
        Duration pause = backoff.after(tries);
        if (passes && System.nanoTime() + pause.toNanos() - end > 0) {
          throw new NotNow(e.getMessage());
        }
        Thread.sleep(pause);
      }
    }
  }

  /** What nobody foresaw would come again at each try. */
  private RowResult unforeseen(Row row, Throwable e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the row is not asked any more");
    }
    String number = Ids.random("err-");
    LOG.errorf(e, "Row failed, job=%s row=%d number=%s", job, row.index(), number);
    String told = "Something went wrong on our side; tell the operator the number " + number + ".";
    return failed(row, new Problem(500, "internal_error", told, null));
  }

  private RowResult failed(Row row, Problem why) {
    return new RowResult(row.index(), false, task.failed(row, why));
  }

  /** What an engine was too slow for is not asked again. */
  private static boolean isFault(Problem problem) {
    return problem.status() >= 500 && !"engine_timeout".equals(problem.code());
  }

  private static boolean passes(Refusal refusal) {
    int status = refusal.problem().status();
    boolean fits = !"out_of_memory".equals(refusal.problem().code());
    return refusal instanceof NotYet || status == 429 || status == 503 && fits;
  }
}
