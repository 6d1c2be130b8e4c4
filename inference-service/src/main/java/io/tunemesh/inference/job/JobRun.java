package io.tunemesh.inference.job;

import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.RowWork.End;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.http.Problem;
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
  private static final int FILL = 200;

  private final ClaimedJobs jobs;
  private final RowResults results;
  private final Files files;
  private final JobFiles written;
  private final JobTypes types;
  private final BlobStore blobs;
  private final JobConfig config;

  JobRun(
      ClaimedJobs jobs,
      RowResults results,
      Files files,
      JobFiles written,
      JobTypes types,
      BlobStore blobs,
      JobConfig config) {
    this.jobs = jobs;
    this.results = results;
    this.files = files;
    this.written = written;
    this.types = types;
    this.blobs = blobs;
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
      fail(job, claim, "input_lost", told.formatted(job.inputFile));
    } catch (IOException e) {
      LOG.warnf("A job is tried again, job=%s cause=%s", job.id, e);
      jobs.setBack(claim);
    }
  }

  private void go(RowJob job, Claim claim, BooleanSupplier stopped)
      throws InvalidInput, IOException, InterruptedException {
    if (job.outcome != null) {
      awaitFiles(job, claim);
      return;
    }
    if (job.times.begun == null && job.status == JobStatus.CANCELLING) {
      jobs.finish(claim, JobStatus.CANCELLED, null, null);
      return;
    }
    JobType type = types.of(job.kind);
    Optional<KnownFile> file = files.find(job.tenant, job.inputFile);
    if (file.filter(type::isReady).isEmpty()) {
      awaitInput(job, claim, file);
      return;
    }
    RowTask task = type.task(job, file.get());
    RowJob begun = job.status == JobStatus.VALIDATING ? jobs.begin(claim, task.check()) : job;
    if (begun.times.begun == null) {
      jobs.finish(claim, JobStatus.CANCELLED, null, null);
      return;
    }
    RowWork work = new RowWork(jobs, claim, task, begun.left, config, stopped);
    switch (ask(begun, task, work)) {
      case STOPPED -> jobs.rest(claim, Duration.ZERO);
      case SOME_LEFT -> jobs.setBack(claim, work.left());
      case ALL_ASKED -> finish(begun, claim, task, JobStatus.COMPLETED);
      case EXPIRED -> {
        giveReasons(begun, claim, task, type.expired(begun));
        finish(begun, claim, task, JobStatus.EXPIRED);
      }
      case CANCELLED -> {
        String told = "The job was cancelled before this row was asked.";
        giveReasons(begun, claim, task, new Problem(409, "cancelled", told, null));
        finish(begun, claim, task, JobStatus.CANCELLED);
      }
    }
  }

  private End ask(RowJob job, RowTask task, RowWork work) throws IOException, InterruptedException {
    try (Rows rows = Rows.of(blobs, task.rows(), job.left)) {
      return work.run(rows, results.done(job.id));
    }
  }

  private void finish(RowJob job, Claim claim, RowTask task, JobStatus as) throws IOException {
    Made output = written.make(job, task, true);
    Made errors = written.make(job, task, false);
    jobs.finish(claim, as, output, errors);
  }

  /** Rows that are not asked any more are named with the others that have no answer. */
  private void giveReasons(RowJob job, Claim claim, RowTask task, Problem why) throws IOException {
    BitSet done = results.done(job.id);
    List<RowResult> reasons = new ArrayList<>();
    try (Rows rows = Rows.of(blobs, task.rows(), job.left)) {
      for (Row row = rows.next(done); row != null; row = rows.next(done)) {
        reasons.add(new RowResult(row.index(), false, task.failed(row, why)));
        if (reasons.size() == FILL) {
          jobs.record(claim, List.copyOf(reasons));
          reasons.clear();
        }
      }
    }
    jobs.record(claim, reasons);
  }

  private void awaitInput(RowJob job, Claim claim, Optional<KnownFile> file) {
    Optional<KnownFile> rejected = file.filter(f -> f.status() == KnownFile.Status.REJECTED);
    if (rejected.isPresent()) {
      fail(job, claim, "file_unreadable", rejected.get().reason());
    } else if (jobs.look(claim).expired
        || file.isEmpty() && jobs.isOlder(job, config.filePatience())) {
      String told = "There is no file '%s'. Upload it first and give its id.";
      fail(job, claim, "file_not_found", told.formatted(job.inputFile));
    } else {
      jobs.rest(claim, config.pause());
    }
  }

  /** A job has ended when whoever asks for its files gets them. */
  private void awaitFiles(RowJob job, Claim claim) {
    boolean all = true;
    for (String id : Stream.of(job.outputFile, job.errorFile).filter(f -> f != null).toList()) {
      Optional<KnownFile> file = files.find(job.tenant, id);
      boolean there = file.isPresent() && file.get().content() != null;
      if (!there && file.isPresent() && file.get().status() == KnownFile.Status.REJECTED) {
        fail(job, claim, "output_refused", file.get().reason());
        return;
      }
      all &= there;
    }
    if (all) {
      jobs.end(claim);
    } else {
      jobs.rest(claim, config.pause());
    }
  }

  private void fail(RowJob job, Claim claim, String code, String message) {
    jobs.fail(claim, List.of(new JobProblem(code, message, job.kind.fileField(), null)));
  }
}
