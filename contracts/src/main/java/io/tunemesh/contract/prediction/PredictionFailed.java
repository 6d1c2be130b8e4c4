package io.tunemesh.contract.prediction;

import io.tunemesh.contract.Where;
import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a table job ends before every row was asked: it was refused, it was cancelled, or
 * its time ran out. What was answered until then can be downloaded.
 *
 * @param requestId of the event that asked for it; absent for one that came by HTTP
 * @param code {@code cancelled}, {@code expired}, or what is wrong with the input
 * @param where the first place that is wrong
 */
public record PredictionFailed(
    @NotNull String predictionId,
    String requestId,
    @NotNull String code,
    @NotNull String reason,
    Where where,
    String outputFileId,
    String errorFileId,
    long total,
    long completed,
    long failed)
    implements PredictionEvent {}
