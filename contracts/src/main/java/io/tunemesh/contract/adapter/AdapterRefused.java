package io.tunemesh.contract.adapter;

import jakarta.validation.constraints.NotNull;

/** Emitted when an adapter cannot be served, or answers differently than in training. */
public record AdapterRefused(
    @NotNull String adapterId,
    @NotNull String jobId,
    @NotNull String model,
    @NotNull String code,
    @NotNull String reason)
    implements AdapterEvent {}
