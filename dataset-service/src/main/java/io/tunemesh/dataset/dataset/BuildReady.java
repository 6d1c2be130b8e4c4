package io.tunemesh.dataset.dataset;

/** Fired in the transaction in which a dataset has all its sources; wakes the workers. */
public record BuildReady(String datasetId) {}
