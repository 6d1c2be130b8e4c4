package io.tunemesh.trainer.history;

import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.platform.db.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job leaves behind as it goes. Every write joins the transaction of the change it tells.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class History {

  private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

  /** An attempt that could not go on from those of earlier ones began again at a lower step. */
  private static final String STORED =
      "jobId = ?1 and files is not null order by fence desc, step desc";

  private final EntityManager database;

  History(EntityManager database) {
    this.database = database;
  }

  public void info(String jobId, String message) {
    JobEvent.of(jobId, "info", "message", message, null).persist();
  }

  /** Whether the job has the line {@code message} since then. */
  public boolean tells(String jobId, String message, Instant since) {
    return JobEvent.count("jobId = ?1 and message = ?2 and createdAt > ?3", jobId, message, since)
        > 0;
  }

  public void warn(String jobId, String message, Object data) {
    JobEvent.of(jobId, "warn", "message", message, data).persist();
  }

  /** A line that brings the job into the state {@code status}. */
  public void status(String jobId, String status, String level, String message, Object data) {
    JobEvent event = JobEvent.of(jobId, level, "message", message, data);
    event.status = status;
    event.persist();
  }

  /** An attempt begins at {@code now}. */
  public void attempt(String jobId, String tenant, long fence, String owner, Instant now) {
    JobAttempt attempt = new JobAttempt();
    attempt.id = JobAttempt.idOf(jobId, fence);
    attempt.jobId = jobId;
    attempt.tenant = tenant;
    attempt.fence = fence;
    attempt.owner = owner;
    attempt.startedAt = now;
    attempt.persist();
  }

  /** What the worker of an attempt is, and what it made of the job; null leaves what is there. */
  public void worker(String jobId, long fence, Object worker, Object begun) {
    JobAttempt attempt = JobAttempt.findById(JobAttempt.idOf(jobId, fence));
    if (attempt != null) {
      attempt.worker = worker == null ? attempt.worker : JsonText.of(worker);
      attempt.begun = begun == null ? attempt.begun : JsonText.of(begun);
    }
  }

  /**
   * The attempt of the job that has not ended ends.
   *
   * @param until when its lease ran out, if it did; from then on it used nothing
   */
  public void attemptEnded(String jobId, String outcome, Instant until) {
    database
        .createNativeQuery(
            "UPDATE job_attempt SET ended_at = least(now(), :until), outcome = :outcome"
                + " WHERE job_id = :job AND ended_at IS NULL")
        .setParameter("until", until == null ? FAR : until)
        .setParameter("outcome", outcome)
        .setParameter("job", jobId)
        .executeUpdate();
  }

  public void metrics(String jobId, String message, Map<String, Object> data) {
    JobEvent.of(jobId, "info", "metrics", message, data).persist();
  }

  /** Adds the losses of a step; a value that is null leaves the one that is there. */
  public void point(String jobId, TrainingProgressed at) {
    String id = jobId + "/" + at.step();
    CurvePoint found = CurvePoint.findById(id);
    CurvePoint point = found == null ? new CurvePoint() : found;
    point.id = id;
    point.jobId = jobId;
    point.step = at.step();
    point.loss = told(at.loss(), point.loss);
    point.validationLoss = told(at.validationLoss(), point.validationLoss);
    point.learningRate = told(at.learningRate(), point.learningRate);
    point.meanTokenAccuracy = told(at.meanTokenAccuracy(), point.meanTokenAccuracy);
    point.validationMeanTokenAccuracy =
        told(at.validationMeanTokenAccuracy(), point.validationMeanTokenAccuracy);
    point.validationMetrics = told(JsonText.of(at.validationMetrics()), point.validationMetrics);
    point.persist();
  }

  private static <T> T told(T value, T before) {
    return value == null ? before : value;
  }

  public void checkpoint(JobCheckpoint checkpoint) {
    CurvePoint point = CurvePoint.findById(checkpoint.jobId + "/" + checkpoint.step);
    checkpoint.meanTokenAccuracy = point == null ? null : point.meanTokenAccuracy;
    checkpoint.validationMeanTokenAccuracy =
        point == null ? null : point.validationMeanTokenAccuracy;
    database.merge(checkpoint);
  }

  public void evaluation(
      String jobId,
      String model,
      long examples,
      Map<String, Double> metrics,
      List<Evaluation.Sample> samples,
      List<Evaluation.Worst> worst) {
    Evaluation evaluation = new Evaluation();
    evaluation.id = jobId + "/" + model;
    evaluation.jobId = jobId;
    evaluation.model = model;
    evaluation.examples = examples;
    evaluation.metrics = JsonText.of(metrics);
    evaluation.samples = JsonText.of(samples);
    evaluation.worst = JsonText.of(worst);
    database.merge(evaluation);
  }

  /** The newest checkpoint that still has its files: the last of the last attempt that made one. */
  public Optional<JobCheckpoint> newestCheckpoint(String jobId) {
    return JobCheckpoint.find(STORED, jobId).firstResultOptional();
  }

  /** Whether the attempt of that fence has stored a checkpoint of that step. */
  public boolean hasCheckpoint(String jobId, long fence, long step) {
    return JobCheckpoint.count("jobId = ?1 and fence = ?2 and step = ?3", jobId, fence, step) > 0;
  }

  /** The checkpoints that have files, but for the {@code keep} newest. */
  public List<JobCheckpoint> outdated(String jobId, int keep) {
    List<JobCheckpoint> stored = JobCheckpoint.list(STORED, jobId);
    return stored.subList(Math.min(keep, stored.size()), stored.size());
  }
}
