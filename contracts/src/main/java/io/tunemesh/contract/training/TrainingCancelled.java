package io.tunemesh.contract.training;

import jakarta.validation.constraints.NotNull;

/** Emitted when a job was ended by its owner. */
public record TrainingCancelled(@NotNull String jobId) implements TrainingEvent {}
