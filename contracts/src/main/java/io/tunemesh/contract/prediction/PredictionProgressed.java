package io.tunemesh.contract.prediction;

import jakarta.validation.constraints.NotNull;

/**
 * How far a table job is: of {@code total} rows, {@code completed} have an answer and {@code
 * failed} a reason. The first is emitted when the input is found to be sound. May be repeated, and
 * never goes back.
 *
 * @param requestId of the event that asked for it; absent for one that came by HTTP
 */
public record PredictionProgressed(
    @NotNull String predictionId, String requestId, long total, long completed, long failed)
    implements PredictionEvent {}
