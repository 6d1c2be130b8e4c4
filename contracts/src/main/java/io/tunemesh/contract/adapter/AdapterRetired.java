package io.tunemesh.contract.adapter;

import jakarta.validation.constraints.NotNull;

/** Emitted when an adapter is served no more. */
public record AdapterRetired(@NotNull String adapterId, @NotNull String model)
    implements AdapterEvent {}
