package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/** Emitted when an export was removed by its owner before it had ended. */
public record ExportCancelled(
    @NotNull String jobId, @NotNull String exportId, @NotNull String format)
    implements TrainingEvent {}
