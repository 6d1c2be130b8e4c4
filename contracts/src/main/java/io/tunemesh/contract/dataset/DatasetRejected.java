package io.tunemesh.contract.dataset;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/** Emitted when a dataset cannot be made; {@code reason} says what to do. */
public record DatasetRejected(
    @NotNull String datasetId, @NotNull String code, @NotNull String reason, Where where, Plan plan)
    implements DatasetEvent {}
