package io.tunemesh.trainer.api;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.List;
import java.util.Map;

/**
 * The body of {@code POST /v1/fine_tuning/jobs}: OpenAI's fields, and those of ours that a client
 * of theirs sends as {@code extra_body}: {@code recipe}, {@code training}, {@code serve}, {@code
 * priority}, {@code run}.
 *
 * @param spec model, suffix, seed and hyperparameters are in it
 * @param multiplier of the learning rate; null for the default
 */
record CreateRequest(
    String trainingFile,
    TrainingSpec spec,
    Double multiplier,
    Map<String, String> metadata,
    String recipe,
    ServeSpec serve,
    String run) {

  /** Reads a body; a field that is null counts as absent. Throws every mistake at once. */
  static CreateRequest read(String body) throws InvalidPlan {
    return CreateRequestReader.of(body).read();
  }

  /** Reads the changes with which {@code parent} is to run again. */
  static CreateRequest read(String body, TrainingJob parent) throws InvalidPlan {
    return CreateRequestReader.of(
            body == null || body.isBlank() ? "{}" : body, ParentSettings.of(parent))
        .read();
  }

  /** Whether the training file is a dataset, not yet a file to make one of. */
  boolean namesDataset() {
    return trainingFile.startsWith("ds-");
  }

  /** The dataset to be made of the training file alone. */
  DatasetSpec datasetSpec() {
    return datasetOf(trainingFile, recipe);
  }

  static DatasetSpec datasetOf(String file, String recipe) {
    return new DatasetSpec(
        null, List.of(new DatasetSpec.Source(file, recipe, null, null, null, null, null)), null);
  }
}
