package io.tunemesh.contract.adapter;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when an adapter is deleted: it is served no more, and its files and what was exported of
 * it are gone soon.
 */
public record AdapterRetired(@NotNull String adapterId, @NotNull String model)
    implements AdapterEvent {}
