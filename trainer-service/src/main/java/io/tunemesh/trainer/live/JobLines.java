package io.tunemesh.trainer.live;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.platform.live.LiveEvent;
import io.tunemesh.platform.live.LiveSource;
import io.tunemesh.trainer.history.JobEvent;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.TrainingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The lines of a job's history for one who watches it, each once. */
final class JobLines implements LiveSource {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LOOK_AT_REST = Duration.ofSeconds(5);
  private static final int BATCH = 200;

  private final Jobs jobs;
  private final String tenant;
  private final String id;
  private final JobSignals.Watch watch;
  private long seen;
  private LiveEvent shown;
  private Duration pause = Duration.ZERO;
  private boolean over;

  /**
   * @param after the place of the last line that was seen
   */
  JobLines(Jobs jobs, String tenant, String id, long after, JobSignals.Watch watch) {
    this.jobs = jobs;
    this.tenant = tenant;
    this.id = id;
    this.seen = after;
    this.watch = watch;
  }

  @Override
  public List<LiveEvent> next() throws InterruptedException {
    watch.await(pause);
    News news = QuarkusTransaction.requiringNew().call(this::news);
    List<LiveEvent> events = new ArrayList<>();
    for (JobEvent line : news.lines()) {
      events.add(StreamItem.of(line));
      seen = line.seq;
    }
    boolean all = news.lines().size() < BATCH;
    over = all && news.status().isFinal();
    if (!over && news.now() != null && !news.now().equals(shown)) {
      shown = news.now();
      events.add(shown);
    }
    pause = !all ? Duration.ZERO : news.status() == JobStatus.RUNNING ? LOOK : LOOK_AT_REST;
    return events;
  }

  /**
   * @param now how far a stage is that leaves no lines; null in others
   */
  private record News(List<JobEvent> lines, JobStatus status, LiveEvent now) {}

  /** The state is read before the lines, so that a job that is over has all its lines here. */
  private News news() {
    TrainingJob job = jobs.get(tenant, id);
    JobStatus status = job.status;
    List<JobEvent> lines =
        JobEvent.<JobEvent>find("jobId = ?1 and seq > ?2 order by seq", id, seen)
            .page(0, BATCH)
            .list();
    return new News(lines, status, StreamItem.now(job));
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public void wake() {
    watch.signal();
  }

  @Override
  public void close() {
    watch.close();
  }
}
