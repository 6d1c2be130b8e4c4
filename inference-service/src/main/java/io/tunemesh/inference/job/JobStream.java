package io.tunemesh.inference.job;

import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.live.LiveEvent;
import io.tunemesh.platform.live.LiveSource;
import java.util.List;
import java.util.function.Function;

/** The events of a job for one who watches it. */
final class JobStream implements LiveSource {

  private final JobWatch.Watch watch;
  private final Function<RowJob, ?> shown;
  private final JobFacts facts;
  private final long after;
  private RowJob next;
  private RowJob told;

  /**
   * @param job as it is now
   * @param after the id of the event that the client has seen; 0 for none
   */
  JobStream(
      RowJob job, long after, JobWatch.Watch watch, Function<RowJob, ?> shown, JobFacts facts) {
    this.next = job;
    this.after = after;
    this.watch = watch;
    this.shown = shown;
    this.facts = facts;
  }

  @Override
  public List<LiveEvent> next() throws InterruptedException {
    RowJob job = next == null ? watch.await() : next;
    next = null;
    if (job == null || told != null && job.version <= told.version) {
      return List.of();
    }
    RowJob before = told;
    told = job;
    long place = job.version + 1;
    if (place <= after) {
      return List.of();
    }
    String id = String.valueOf(place);
    if (before == null || before.status != job.status) {
      return List.of(new LiveEvent(id, "status", JsonText.of(shown.apply(job))));
    }
    return before.rows.equals(job.rows)
        ? List.of()
        : List.of(new LiveEvent(id, "progress", JsonText.of(facts.progressed(job))));
  }

  @Override
  public boolean isOver() {
    return told != null && !told.status.isOpen();
  }

  @Override
  public void wake() {
    watch.wake();
  }

  @Override
  public void close() {
    watch.close();
  }
}
