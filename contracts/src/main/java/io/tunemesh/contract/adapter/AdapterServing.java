package io.tunemesh.contract.adapter;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when an engine has loaded the adapter and answered its probes as training did.
 *
 * @param probes how many were replayed; all were equal
 */
public record AdapterServing(
    @NotNull String adapterId,
    @NotNull String jobId,
    @NotNull String model,
    @NotNull String baseModel,
    int probes)
    implements AdapterEvent {}
