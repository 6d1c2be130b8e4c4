package io.tunemesh.trainer.run;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.work.Loop;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.Intake;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Seats;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;

/**
 * Clears up in the background: jobs whose dataset never came fail, and the checkpoints of ended
 * jobs lose their files. All of it may be done twice.
 */
@ApplicationScoped
class Sweep {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** A job that has failed may be resumed for a while. */
  private static final String ENDED =
      "files is not null and jobId in (select id from TrainingJob"
          + " where status in ?1 or status = ?2 and finishedAt < ?3)";

  private final Intake intake;
  private final Seats seats;
  private final Tools tools;
  private final DatabaseClock clock;
  private final Loop loop = new Loop("sweep", PERIOD, this::sweep);

  Sweep(Intake intake, Seats seats, Tools tools, DatabaseClock clock) {
    this.intake = intake;
    this.seats = seats;
    this.tools = tools;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    loop.start(PERIOD);
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  private void sweep() {
    intake.giveUpWaiting(tools.config().datasetWait());
    seats.clear();
    clear();
  }

  /** A row forgets its files only when all of them are gone. */
  @Transactional
  void clear() {
    List<JobCheckpoint> ended =
        JobCheckpoint.<JobCheckpoint>find(
                ENDED,
                List.of(JobStatus.SUCCEEDED, JobStatus.CANCELLED),
                JobStatus.FAILED,
                clock.now().minus(tools.config().failedCheckpoints()))
            .page(0, 100)
            .list();
    for (JobCheckpoint checkpoint : ended) {
      // Under its lock, since it may be resumed now.
      TrainingJob job = TrainingJob.findById(checkpoint.jobId, LockModeType.PESSIMISTIC_WRITE);
      if (job.status.isFinal()
          && checkpoint.storedFiles().values().stream().allMatch(tools::discard)) {
        checkpoint.files = null;
      }
    }
  }
}
