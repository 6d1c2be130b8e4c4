package io.tunemesh.trainer.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Outcome;
import io.tunemesh.trainer.job.TrainingJob;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's fine-tuning job, with its nulls, and then what they have no field for: from {@code
 * datasetId} on.
 *
 * @param attempt the number of the newest attempt
 * @param position its place in the queue, from 1; null unless it is queued
 * @param rerunOf the job whose settings it took over; null for one of its own
 * @param training the specification as it was given
 */
record JobObject(
    String id,
    String object,
    long createdAt,
    Long finishedAt,
    Long estimatedFinish,
    String model,
    String fineTunedModel,
    String organizationId,
    String status,
    Hyperparameters hyperparameters,
    String trainingFile,
    String validationFile,
    List<String> resultFiles,
    Long trainedTokens,
    Failure error,
    long seed,
    Map<String, Object> method,
    Map<String, String> metadata,
    List<Object> integrations,
    String datasetId,
    String run,
    String adapterId,
    long attempt,
    String priority,
    Long position,
    String rerunOf,
    Progress progress,
    Map<String, Object> training) {

  private static final long DEFAULT_SEED = 42;

  static JobObject of(TrainingJob job, Long position) {
    Hyperparameters hyperparameters = Hyperparameters.of(job);
    Outcome outcome = job.outcome();
    Integer seed = job.trainingSpec().seed();
    return new JobObject(
        job.id,
        "fine_tuning.job",
        job.createdAt.getEpochSecond(),
        seconds(job.finishedAt),
        seconds(job.estimatedFinish),
        job.model,
        outcome.fineTunedModel,
        job.tenant,
        job.status.wire(),
        hyperparameters,
        job.trainingFile,
        null,
        List.of(),
        outcome.trainedTokens,
        job.status == JobStatus.FAILED
            ? new Failure(outcome.errorCode, outcome.errorMessage, outcome.errorParam)
            : null,
        seed == null ? DEFAULT_SEED : seed,
        method(job.trainingSpec().method(), hyperparameters),
        JsonText.read(job.metadata, new TypeReference<Map<String, String>>() {}),
        List.of(),
        job.datasetId,
        job.run,
        outcome.adapterId,
        job.lease.fence(),
        job.priority.wire(),
        position,
        job.rerunOf,
        job.stage == null ? null : new Progress(job.stage, job.step, job.steps),
        Json.MAPPER.convertValue(job.trainingSpec(), new TypeReference<Map<String, Object>>() {}));
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }

  record Failure(String code, String message, String param) {}

  /** OpenAI's word for the usual method, or the one of ours that was asked for. */
  private static Map<String, Object> method(String asked, Hyperparameters hyperparameters) {
    String type = asked == null ? "supervised" : asked;
    Map<String, Object> method = new LinkedHashMap<>();
    method.put("type", type);
    method.put(type, Map.of("hyperparameters", hyperparameters));
    return method;
  }

  /** How far the newest attempt is. */
  record Progress(String stage, long step, long steps) {}
}
