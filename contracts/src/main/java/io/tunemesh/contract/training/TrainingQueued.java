package io.tunemesh.contract.training;

import io.tunemesh.contract.plan.TrainingSpec;
import jakarta.validation.constraints.NotNull;

/**
 * Emitted after a job's row is committed with all it needs to start, and again when a job that was
 * paused or has failed is resumed.
 *
 * @param rerunOf the job whose settings this one took over
 */
public record TrainingQueued(
    @NotNull String jobId,
    String datasetId,
    @NotNull String model,
    TrainingSpec training,
    String rerunOf)
    implements TrainingEvent {}
