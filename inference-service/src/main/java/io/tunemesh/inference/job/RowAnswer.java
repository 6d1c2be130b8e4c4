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
 * being loaded and a quota that is used up are waited for, however long: the job's own time ends
 * the waiting.
 */
final class RowAnswer {

  private static final Logger LOG = Logger.getLogger(RowAnswer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final RowTask task;
  private final Backoff backoff;

  RowAnswer(RowTask task, Duration longestPause) {
    this.task = task;
    this.backoff = new Backoff(FIRST_PAUSE, longestPause);
  }

  /** What became of the row; null if the thread was interrupted before that was known. */
  RowResult to(RowJob job, Row row) {
    try {
      for (int tries = 0; !Thread.currentThread().isInterrupted(); tries++) {
        try {
          return task.answer(job, row);
        } catch (Refusal e) {
          if (!passes(e)) {
            return failed(job, row, e.problem());
          }
          Thread.sleep(backoff.after(tries));
        } catch (RowFailed e) {
          return failed(job, row, e.problem());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      return unforeseen(job, row, e);
    }
    return null;
  }

  /** What nobody foresaw would come again at each try. */
  private RowResult unforeseen(RowJob job, Row row, Throwable e) {
    if (Thread.currentThread().isInterrupted()) {
      return null;
    }
    String number = Ids.random("err-");
    LOG.errorf(e, "Row failed, job=%s row=%d number=%s", job.id(), row.index(), number);
    String told = "Something went wrong on our side; tell the operator the number " + number + ".";
    return failed(job, row, new Problem(500, "internal_error", told, null));
  }

  private RowResult failed(RowJob job, Row row, Problem why) {
    return new RowResult(row.index(), false, task.failed(job, row, why));
  }

  private static boolean passes(Refusal refusal) {
    int status = refusal.problem().status();
    return refusal instanceof NotYet || status == 429 || status == 503;
  }
}
