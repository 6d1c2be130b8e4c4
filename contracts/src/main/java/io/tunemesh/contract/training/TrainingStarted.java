package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a worker holds the job's lease, at each attempt.
 *
 * @param attempt the fencing number; a later attempt has a larger one
 * @param resumedFromStep 0 for a fresh start
 */
public record TrainingStarted(
    @NotNull String jobId, long attempt, @NotNull String worker, long resumedFromStep)
    implements TrainingEvent {}
