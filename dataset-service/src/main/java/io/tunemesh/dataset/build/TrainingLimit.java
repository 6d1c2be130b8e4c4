package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.DatasetConfig;

/** The most lines and the most bytes that a training part may have. */
record TrainingLimit(long lines, long bytes) {

  static TrainingLimit of(DatasetConfig config) {
    return new TrainingLimit(config.maxTrainingLines(), config.maxTrainingBytes());
  }
}
