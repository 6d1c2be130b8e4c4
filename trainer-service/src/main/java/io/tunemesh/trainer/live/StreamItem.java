package io.tunemesh.trainer.live;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.live.LiveEvent;
import io.tunemesh.trainer.history.JobEvent;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.Map;
import java.util.TreeMap;

/**
 * The events of a job's stream: {@code progress}, whose data is a {@link TrainingProgressed} as the
 * topic has it; {@code status} and {@code message}, whose data is a {@link Line}.
 */
final class StreamItem {

  private StreamItem() {}

  /** A line of a job's history. */
  private record Line(
      String id,
      String jobId,
      String status,
      String level,
      String message,
      long createdAt,
      Map<String, Object> data) {}

  static LiveEvent of(JobEvent line) {
    Map<String, Object> data =
        JsonText.read(line.data, new TypeReference<Map<String, Object>>() {});
    String id = String.valueOf(line.seq);
    if (line.type.equals("metrics")) {
      return new LiveEvent(id, "progress", JsonText.of(progress(line.jobId, data)));
    }
    Line shown =
        new Line(
            line.id,
            line.jobId,
            line.status,
            line.level,
            line.message,
            line.createdAt.getEpochSecond(),
            data);
    return new LiveEvent(id, line.status == null ? "message" : "status", JsonText.of(shown));
  }

  /** How far a running job is in a stage that leaves no lines: an evaluation, or the saving. */
  static LiveEvent now(TrainingJob job) {
    if (job.status != JobStatus.RUNNING || job.stage == null || job.stage.equals("training")) {
      return null;
    }
    TrainingProgressed at =
        TrainingProgressed.at(job.id, job.lease.fence(), job.stage, job.step, job.steps);
    return new LiveEvent(null, "progress", JsonText.of(at));
  }

  private static TrainingProgressed progress(String jobId, Map<String, Object> data) {
    return new TrainingProgressed(
        jobId,
        whole(data, "attempt", 0L),
        "training",
        whole(data, "step", 0L),
        whole(data, "total_steps", 0L),
        number(data, "train_loss"),
        number(data, "valid_loss"),
        number(data, "learning_rate"),
        number(data, "tokens_per_second"),
        number(data, "eta_s"),
        whole(data, "memory_bytes", null),
        whole(data, "trained_tokens", null),
        number(data, "grad_norm"),
        number(data, "train_mean_token_accuracy"),
        number(data, "valid_mean_token_accuracy"),
        numbers(data, "valid_metrics"));
  }

  private static Long whole(Map<String, Object> data, String name, Long otherwise) {
    return data.get(name) instanceof Number number ? Long.valueOf(number.longValue()) : otherwise;
  }

  private static Map<String, Double> numbers(Map<String, Object> data, String name) {
    if (!(data.get(name) instanceof Map<?, ?> found)) {
      return null;
    }
    Map<String, Double> numbers = new TreeMap<>();
    found.forEach(
        (key, value) -> {
          if (value instanceof Number number) {
            numbers.put(key.toString(), number.doubleValue());
          }
        });
    return numbers;
  }

  private static Double number(Map<String, Object> data, String name) {
    return data.get(name) instanceof Number number ? number.doubleValue() : null;
  }
}
