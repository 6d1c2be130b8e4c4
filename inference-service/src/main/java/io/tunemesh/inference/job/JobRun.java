package io.tunemesh.inference.job;

import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.RowWork.End;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** What a worker does for a job that it has claimed: as much as can be done now. */
@ApplicationScoped
class JobRun {

  private static final Logger LOG = Logger.getLogger(JobRun.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final int FILL = 200;

  private final RowJobs jobs;
  private final RowResults results;
  private final Files files;
  private final JobFiles written;
  private final Tasks tasks;
  private final JobConfig config;

  JobRun(
      RowJobs jobs,
      RowResults results,
      Files files,
      JobFiles written,
      Tasks tasks,
      JobConfig config) {
    this.jobs = jobs;
    this.results = results;
    this.files = files;
    this.written = written;
    this.tasks = tasks;
    this.config = config;
  }

  /**
   * Goes on with the job. What goes wrong and may pass is tried again later.
   *
   * @param stopped whether nothing more may be done
   */
  void run(RowJob job, Claim claim, BooleanSupplier stopped) throws InterruptedException {
    try {
      go(job, claim, stopped);
    } catch (InvalidInput e) {
      jobs.fail(claim, e.problems());
    } catch (BlobNotFound | CorruptBlob e) {
      String told = "The bytes of the file '%s' are gone; upload it again.";
      fail(claim, "input_lost", told.formatted(job.inputFile()));
    } catch (IOException e) {
      LOG.warnf("A job is tried again, job=%s cause=%s", job.id(), e);
      jobs.defer(claim, pause(job), true);
    }
  }

  /** The pause before a job that met a fault is taken up again. */
  Duration pause(RowJob job) {
    return new Backoff(FIRST_PAUSE, config.longestPause()).after(job.faults);
  }

  private void go(RowJob job, Claim claim, BooleanSupplier stopped)
      throws InvalidInput, IOException, InterruptedException {
    if (job.outcome() != null) {
      awaitFiles(job, claim);
      return;
    }
    if (job.begunAt() == null && job.status() == JobStatus.CANCELLING) {
      jobs.finish(claim, JobStatus.CANCELLED, 0, null, null);
      return;
    }
    RowTask task = tasks.of(job.kind());
    Optional<KnownFile> found = files.find(job.tenant(), job.inputFile()).filter(task::isReady);
    if (found.isEmpty()) {
      awaitInput(job, claim);
      return;
    }
    KnownFile file = found.get();
    RowJob begun =
        job.status() == JobStatus.VALIDATING
            ? jobs.begin(claim, task.check(job, file), file.columns())
            : job;
    if (begun.begunAt() == null) {
      jobs.finish(claim, JobStatus.CANCELLED, 0, null, null);
      return;
    }
    End end = ask(begun, claim, task, file, stopped);
    if (end == End.STOPPED) {
      jobs.defer(claim, Duration.ZERO, false);
      return;
    }
    finish(begun, claim, task, file, end);
  }

  private End ask(RowJob job, Claim claim, RowTask task, KnownFile file, BooleanSupplier stopped)
      throws IOException, InterruptedException {
    RowAnswer answer = new RowAnswer(task, config.longestPause());
    RowWork work = new RowWork(jobs, claim, answer, config.concurrency(), stopped);
    if (job.status() == JobStatus.CANCELLING) {
      return End.CANCELLED;
    }
    try (Rows rows = task.open(job, file)) {
      return work.run(job, rows, results.done(job.id()));
    }
  }

  private void finish(RowJob job, Claim claim, RowTask task, KnownFile file, End end)
      throws IOException {
    if (end != End.ALL_ASKED) {
      giveReasons(job, claim, task, file, end);
    }
    Made output = written.make(job, task, file, true);
    Made errors = written.make(job, task, file, false);
    JobStatus outcome =
        switch (end) {
          case EXPIRED -> JobStatus.EXPIRED;
          case CANCELLED -> JobStatus.CANCELLED;
          default -> JobStatus.COMPLETED;
        };
    jobs.finish(claim, outcome, jobs.look(claim).completed(), output, errors);
  }

  /** Rows that are not asked any more are named with the others that have no answer. */
  private void giveReasons(RowJob job, Claim claim, RowTask task, KnownFile file, End end)
      throws IOException {
    Problem why =
        end == End.EXPIRED
            ? task.expired(job)
            : new Problem(
                409, "cancelled", "The job was cancelled before this row was asked.", null);
    BitSet done = results.done(job.id());
    List<RowResult> reasons = new ArrayList<>();
    try (Rows rows = task.open(job, file)) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        if (!done.get((int) row.index())) {
          reasons.add(new RowResult(row.index(), false, task.failed(job, row, why)));
        }
        if (reasons.size() == FILL) {
          jobs.record(claim, List.copyOf(reasons));
          reasons.clear();
        }
      }
    }
    jobs.record(claim, reasons);
  }

  private void awaitInput(RowJob job, Claim claim) {
    Optional<KnownFile> file = files.find(job.tenant(), job.inputFile());
    Optional<KnownFile> rejected = file.filter(f -> f.status() == KnownFile.Status.REJECTED);
    if (rejected.isPresent()) {
      fail(claim, "file_unreadable", rejected.get().reason());
    } else if (jobs.look(claim).expired
        || file.isEmpty() && jobs.isOlder(job, config.filePatience())) {
      String told = "There is no file '%s'. Upload it first and give its id.";
      fail(claim, "file_not_found", told.formatted(job.inputFile()));
    } else {
      jobs.defer(claim, config.pause(), false);
    }
  }

  /** A job has ended when whoever asks for its files gets them. */
  private void awaitFiles(RowJob job, Claim claim) {
    boolean all = true;
    for (String id : Stream.of(job.outputFile(), job.errorFile()).filter(f -> f != null).toList()) {
      Optional<KnownFile> file = files.find(job.tenant(), id);
      boolean there = file.isPresent() && file.get().content() != null;
      if (!there && file.isPresent() && file.get().status() == KnownFile.Status.REJECTED) {
        fail(claim, "output_refused", file.get().reason());
        return;
      }
      all &= there;
    }
    if (all) {
      jobs.end(claim);
    } else {
      jobs.defer(claim, config.pause(), false);
    }
  }

  private void fail(Claim claim, String code, String message) {
    jobs.fail(claim, List.of(new JobProblem(code, message, "input_file_id", null)));
  }
}
