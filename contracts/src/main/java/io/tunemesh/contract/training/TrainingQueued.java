package io.tunemesh.contract.training;

import io.tunemesh.contract.plan.TrainingSpec;
import jakarta.validation.constraints.NotNull;

/** Emitted after a job's row is committed with all it needs to start. */
public record TrainingQueued(
    @NotNull String jobId, String datasetId, @NotNull String model, TrainingSpec training)
    implements TrainingEvent {}
