package io.tunemesh.contract.training;

import io.tunemesh.contract.Where;
import jakarta.validation.constraints.NotNull;

/** Emitted when a job has ended without an adapter; {@code reason} says what to do. */
public record TrainingFailed(
    @NotNull String jobId, @NotNull String code, @NotNull String reason, Where where)
    implements TrainingEvent {}
