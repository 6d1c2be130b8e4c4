package io.tunemesh.trainer.run;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.Intake;
import io.tunemesh.trainer.job.JobStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Clears up in the background: jobs whose dataset never came fail, and the checkpoints of ended
 * jobs lose their files. All of it may be done twice.
 */
@ApplicationScoped
class Sweep {

  private static final Logger LOG = Logger.getLogger(Sweep.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final Intake intake;
  private final Tools tools;
  private Thread thread;

  Sweep(Intake intake, Tools tools) {
    this.intake = intake;
    this.tools = tools;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofVirtual().name("sweep").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    thread.interrupt();
  }

  private void run() {
    while (true) {
      try {
        Thread.sleep(PERIOD);
        intake.giveUpWaiting(tools.config().datasetWait());
        clear();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warnf("The sweep is put off: %s", e.getMessage());
      }
    }
  }

  /** Deletes the files first, so that a row never forgets files that are still there. */
  @Transactional
  void clear() {
    List<JobCheckpoint> ended =
        JobCheckpoint.<JobCheckpoint>find(
                "files is not null and jobId in (select id from TrainingJob where status in ?1)",
                List.of(JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED))
            .page(0, 100)
            .list();
    for (JobCheckpoint checkpoint : ended) {
      checkpoint.storedFiles().values().forEach(tools::discard);
      checkpoint.files = null;
    }
  }
}
