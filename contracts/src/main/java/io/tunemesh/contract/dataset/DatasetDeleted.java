package io.tunemesh.contract.dataset;

import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a dataset is deleted: its files are gone soon, and no training on it begins. One
 * that runs has a copy of its own.
 */
public record DatasetDeleted(@NotNull String datasetId, String name) implements DatasetEvent {}
