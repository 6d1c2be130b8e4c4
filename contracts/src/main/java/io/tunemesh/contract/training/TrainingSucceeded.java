package io.tunemesh.contract.training;

import io.tunemesh.contract.BlobRef;
import jakarta.validation.constraints.NotNull;
import java.util.Map;

/**
 * Emitted in the same transaction as {@code AdapterPublished}.
 *
 * @param fineTunedModel the name to ask for in a chat, {@code ft:{base}:{tenant}:{suffix}:{id}}
 * @param bestStep the step whose weights the adapter has
 * @param bestMetric what chose that step
 * @param overfittingSince the step from which the model grew worse on the validation split while it
 *     grew better on the training split; absent where it did not
 * @param metrics by model ({@code base}, {@code tuned}) and metric, on the test split
 */
public record TrainingSucceeded(
    @NotNull String jobId,
    @NotNull String adapterId,
    @NotNull String fineTunedModel,
    long steps,
    Long bestStep,
    BestMetric bestMetric,
    Long overfittingSince,
    long trainedTokens,
    BlobRef lossCurve,
    Map<String, Map<String, Double>> metrics)
    implements TrainingEvent {}
