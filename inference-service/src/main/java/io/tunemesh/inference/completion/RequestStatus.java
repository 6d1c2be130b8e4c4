package io.tunemesh.inference.completion;

/** Where a request that came by event stands: {@code QUEUED → RUNNING → COMPLETED | FAILED}. */
enum RequestStatus {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED
}
