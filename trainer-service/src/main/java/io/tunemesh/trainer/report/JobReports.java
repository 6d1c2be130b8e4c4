package io.tunemesh.trainer.report;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.trainer.history.Evaluation;
import io.tunemesh.trainer.history.Evaluation.Sample;
import io.tunemesh.trainer.history.Evaluation.Worst;
import io.tunemesh.trainer.history.JobAttempt;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.history.JobEvent;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Outcome;
import io.tunemesh.trainer.job.TrainingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a report of what the database has of a job, in the caller's transaction. */
final class JobReports {

  private static final int MOST_LINES = 500;
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  private JobReports() {}

  static Curve curve(TrainingJob job) {
    return Curve.of(
        CurvePoints.of(job.id, job.outcome().bestStep),
        job.outcome().bestStep,
        job.status == JobStatus.SUCCEEDED,
        job.outcome().overfittingSince);
  }

  static JobReport of(TrainingJob job, Curve curve) {
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    Map<String, List<Worst>> worst = new TreeMap<>();
    Map<String, List<Sample>> samples = new TreeMap<>();
    for (Evaluation evaluation : Evaluation.<Evaluation>list("jobId", job.id)) {
      metrics.put(evaluation.model, evaluation.metricsByName());
      samples.put(evaluation.model, evaluation.sampleList());
      if (!evaluation.worstList().isEmpty()) {
        worst.put(evaluation.model, evaluation.worstList());
      }
    }
    List<JobAttempt> attempts = JobAttempt.list("jobId = ?1 order by fence", job.id);
    JobAttempt newest = attempts.isEmpty() ? null : attempts.getLast();
    Outcome outcome = job.outcome();
    JobReport.Failure error =
        job.status == JobStatus.FAILED
            ? new JobReport.Failure(outcome.errorCode, outcome.errorMessage, outcome.errorParam)
            : null;
    return new JobReport(
        job.id,
        "fine_tuning.job.report",
        job.status.wire(),
        job.model,
        outcome.fineTunedModel,
        job.datasetId,
        job.rerunOf,
        job.createdAt.getEpochSecond(),
        seconds(job.finishedAt),
        error,
        LookAt.of(job, error, curve, metrics, attempts.size()),
        curve.bestStep(),
        curve.bestLoss(),
        outcome.chosenBy(),
        curve.overfittingSince(),
        metrics,
        worst,
        pairs(samples.getOrDefault("base", List.of()), samples.getOrDefault("tuned", List.of())),
        settings(job),
        newest == null ? null : JsonText.read(newest.begun, FIELDS),
        newest == null ? null : JsonText.read(newest.worker, FIELDS),
        data(job.builtDataset()),
        checkpoints(job.id),
        attempts.stream().map(JobReports::attempt).toList(),
        lines(job.id),
        curve.points().stream()
            .map(
                p ->
                    new JobReport.Point(
                        p.step, p.loss, p.validationLoss, p.learningRate, p.metricsByName()))
            .toList());
  }

  private static Map<String, Object> settings(TrainingJob job) {
    Map<String, Object> settings =
        new TreeMap<>(Json.MAPPER.convertValue(job.trainingSpec(), FIELDS));
    settings.put("priority", job.priority.wire());
    if (job.learningRateMultiplier != null) {
      settings.put("learning_rate_multiplier", job.learningRateMultiplier);
    }
    return settings;
  }

  /** Both evaluations go through the test split in its order, so equal places are equal prompts. */
  private static List<JobReport.Pair> pairs(List<Sample> base, List<Sample> tuned) {
    List<JobReport.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < Math.max(base.size(), tuned.size()); i++) {
      Sample one = i < base.size() ? base.get(i) : null;
      Sample two = i < tuned.size() ? tuned.get(i) : null;
      Sample any = one == null ? two : one;
      pairs.add(
          new JobReport.Pair(
              any.prompt(),
              any.reference(),
              one == null ? null : one.output(),
              two == null ? null : two.output()));
    }
    return pairs;
  }

  private static List<JobReport.Part> data(DatasetBuilt dataset) {
    List<JobReport.Part> parts = new ArrayList<>();
    if (dataset != null) {
      part(parts, "train", dataset.train());
      part(parts, "validation", dataset.validation());
      part(parts, "test", dataset.test());
      BlobRef manifest = dataset.manifest();
      if (manifest != null) {
        parts.add(new JobReport.Part("manifest", null, manifest.bytes(), manifest.sha256()));
      }
    }
    return parts;
  }

  private static void part(List<JobReport.Part> parts, String name, DatasetBuilt.Part part) {
    if (part != null && part.lines() != null) {
      parts.add(
          new JobReport.Part(name, part.examples(), part.lines().bytes(), part.lines().sha256()));
    }
  }

  private static List<JobReport.Checkpoint> checkpoints(String job) {
    return JobCheckpoint.<JobCheckpoint>list("jobId = ?1 order by step", job).stream()
        .map(c -> new JobReport.Checkpoint(c.id, c.step, c.loss, c.validationLoss, c.best))
        .toList();
  }

  private static JobReport.Attempt attempt(JobAttempt attempt) {
    return new JobReport.Attempt(
        attempt.fence,
        attempt.owner,
        attempt.startedAt.getEpochSecond(),
        seconds(attempt.endedAt),
        attempt.outcome);
  }

  private static List<JobReport.Line> lines(String job) {
    List<JobReport.Line> lines = new ArrayList<>();
    JobEvent.<JobEvent>find("jobId = ?1 and type <> 'metrics' order by seq desc", job)
        .page(0, MOST_LINES)
        .list()
        .forEach(
            line ->
                lines.addFirst(
                    new JobReport.Line(line.createdAt.getEpochSecond(), line.level, line.message)));
    return lines;
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }
}
