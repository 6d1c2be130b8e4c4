package io.tunemesh.contract.plan;

/**
 * What shall become of one upload or several, without an orchestrator: it rides along in the
 * events.
 *
 * @param dataset absent in an upload means: this file alone, with its recipe
 * @param training absent stops after the dataset
 * @param serve absent serves the adapter under its own name
 */
public record Plan(DatasetSpec dataset, TrainingSpec training, ServeSpec serve) {}
