package io.tunemesh.contract.dataset;

import io.tunemesh.contract.Event;

/** The facts of a dataset, owned by dataset-service. */
public sealed interface DatasetEvent extends Event
    permits DatasetBuilt, DatasetRejected, DatasetDeleted {

  String datasetId();

  @Override
  default String subject() {
    return datasetId();
  }
}
