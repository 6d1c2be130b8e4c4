package io.tunemesh.trainer.history;

import io.tunemesh.platform.db.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job leaves behind as it goes. Every write joins the transaction of the change it tells.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class History {

  private final EntityManager database;

  History(EntityManager database) {
    this.database = database;
  }

  public void info(String jobId, String message) {
    JobEvent.of(jobId, "info", "message", message, null).persist();
  }

  public void warn(String jobId, String message, Object data) {
    JobEvent.of(jobId, "warn", "message", message, data).persist();
  }

  public void error(String jobId, String message, Object data) {
    JobEvent.of(jobId, "error", "message", message, data).persist();
  }

  public void metrics(String jobId, String message, Map<String, Object> data) {
    JobEvent.of(jobId, "info", "metrics", message, data).persist();
  }

  /** Adds the losses of a step; a value that is null leaves the one that is there. */
  public void point(
      String jobId, long step, Double loss, Double validationLoss, Double rate, Double accuracy) {
    String id = jobId + "/" + step;
    CurvePoint found = CurvePoint.findById(id);
    CurvePoint point = found == null ? new CurvePoint() : found;
    point.id = id;
    point.jobId = jobId;
    point.step = step;
    point.loss = loss == null ? point.loss : loss;
    point.validationLoss = validationLoss == null ? point.validationLoss : validationLoss;
    point.learningRate = rate == null ? point.learningRate : rate;
    point.meanTokenAccuracy = accuracy == null ? point.meanTokenAccuracy : accuracy;
    point.persist();
  }

  public void checkpoint(JobCheckpoint checkpoint) {
    CurvePoint point = CurvePoint.findById(checkpoint.jobId + "/" + checkpoint.step);
    checkpoint.meanTokenAccuracy = point == null ? null : point.meanTokenAccuracy;
    database.merge(checkpoint);
  }

  public void evaluation(
      String jobId,
      String model,
      long examples,
      Map<String, Double> metrics,
      List<Evaluation.Sample> samples) {
    Evaluation evaluation = new Evaluation();
    evaluation.id = jobId + "/" + model;
    evaluation.jobId = jobId;
    evaluation.model = model;
    evaluation.examples = examples;
    evaluation.metrics = JsonText.of(metrics);
    evaluation.samples = JsonText.of(samples);
    database.merge(evaluation);
  }

  /** The newest checkpoint that still has its files. */
  public Optional<JobCheckpoint> newestCheckpoint(String jobId) {
    return JobCheckpoint.find("jobId = ?1 and files is not null order by step desc", jobId)
        .firstResultOptional();
  }

  /** The checkpoints that have files, but for the {@code keep} newest. */
  public List<JobCheckpoint> outdated(String jobId, int keep) {
    List<JobCheckpoint> stored =
        JobCheckpoint.list("jobId = ?1 and files is not null order by step desc", jobId);
    return stored.subList(Math.min(keep, stored.size()), stored.size());
  }
}
