package io.tunemesh.trainer.api;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.job.UnknownModel;
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

  /**
   * Reads a body, or the changes with which {@code parent}, where there is one, is to run again; a
   * field that is null counts as absent. Throws every mistake at once.
   *
   * @throws UnknownModel if nothing is wrong but the base model
   */
  static CreateRequest read(String body, TrainingJob parent, BaseModels models)
      throws InvalidPlan, UnknownModel {
    CreateRequestReader reader =
        parent == null
            ? CreateRequestReader.of(body, null)
            : CreateRequestReader.of(
                body == null || body.isBlank() ? "{}" : body, ParentSettings.of(parent));
    return reader.read(models);
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
