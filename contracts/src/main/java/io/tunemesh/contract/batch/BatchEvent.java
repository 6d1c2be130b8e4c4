package io.tunemesh.contract.batch;

import io.tunemesh.contract.Event;

/** The facts of a batch, owned by inference-service. */
public sealed interface BatchEvent extends Event
    permits BatchProgressed, BatchCompleted, BatchFailed {

  String batchId();

  @Override
  default String subject() {
    return batchId();
  }
}
