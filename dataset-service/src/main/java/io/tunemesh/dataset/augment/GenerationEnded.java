package io.tunemesh.dataset.augment;

/** Fired in the transaction in which the last answer that a dataset waits for is there. */
public record GenerationEnded(String datasetId) {}
