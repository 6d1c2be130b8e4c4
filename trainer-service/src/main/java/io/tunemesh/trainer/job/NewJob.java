package io.tunemesh.trainer.job;

import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.platform.event.Scope;
import java.util.Map;

/**
 * What a job is to be.
 *
 * @param trainingFile what its owner named: a dataset or a file
 * @param spec its model may be null: the default one
 * @param learningRateMultiplier of the default learning rate; may be null
 * @param rerunOf the job whose settings it took over; null for one of its own
 */
public record NewJob(
    String id,
    Scope scope,
    String trainingFile,
    String datasetId,
    TrainingSpec spec,
    Double learningRateMultiplier,
    ServeSpec serve,
    Map<String, String> metadata,
    String rerunOf) {

  /** A job that an event asks for. */
  public static NewJob ofEvent(
      String id, Scope scope, String datasetId, TrainingSpec spec, ServeSpec serve) {
    return new NewJob(id, scope, datasetId, datasetId, spec, null, serve, null, null);
  }
}
