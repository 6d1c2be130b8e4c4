package io.tunemesh.ingest.upload;

/** Where an upload in parts is. Only the first leads anywhere. */
enum PartUploadStatus {
  PENDING,
  COMPLETED,
  CANCELLED,
  EXPIRED
}
