package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/** Emitted when a job has left its worker with a checkpoint and waits to be resumed. */
public record TrainingPaused(@NotNull String jobId, long step) implements TrainingEvent {}
