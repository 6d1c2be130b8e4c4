package io.tunemesh.trainer.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.Map;

/**
 * What a job is to take over where the request says nothing.
 *
 * @param training the specification that it was given
 */
record ParentSettings(
    String trainingFile,
    ObjectNode training,
    Double multiplier,
    Map<String, String> metadata,
    ServeSpec serve) {

  /** What says the same otherwise, so that both are never asked for. */
  private static final Map<String, String> OTHER =
      Map.of(
          "max_steps", "num_train_epochs",
          "num_train_epochs", "max_steps",
          "warmup_steps", "warmup_ratio",
          "warmup_ratio", "warmup_steps");

  static ParentSettings of(TrainingJob job) {
    ObjectNode training = Json.MAPPER.valueToTree(job.trainingSpec());
    training.put("model", job.model);
    return new ParentSettings(
        job.trainingFile,
        training,
        job.learningRateMultiplier,
        JsonText.read(job.metadata, new TypeReference<Map<String, String>>() {}),
        job.serveSpec());
  }

  /** Adds to {@code asked} what is not in it; returns the multiplier that is left. */
  Double takeOver(ObjectNode asked, Hyperparameters.Asked theirs) {
    boolean rate = asked.has("learning_rate");
    for (var had : training.properties()) {
      boolean replaced =
          asked.has(had.getKey())
              || asked.hasNonNull(OTHER.getOrDefault(had.getKey(), had.getKey()))
              || (had.getKey().equals("learning_rate") && theirs.multiplier() != null);
      if (!replaced) {
        asked.set(had.getKey(), had.getValue());
      }
    }
    asked.properties().removeIf(pair -> pair.getValue().isNull());
    return theirs.multiplier() != null || rate ? theirs.multiplier() : multiplier;
  }
}
