package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/** Emitted when an export has ended without files; {@code reason} says what to do. */
public record ExportFailed(
    @NotNull String jobId,
    @NotNull String exportId,
    @NotNull String format,
    @NotNull String code,
    @NotNull String reason)
    implements TrainingEvent {}
