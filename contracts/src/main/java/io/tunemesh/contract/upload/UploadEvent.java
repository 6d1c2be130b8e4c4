package io.tunemesh.contract.upload;

import io.tunemesh.contract.Event;

/** The facts of an upload, owned by ingest-service. */
public sealed interface UploadEvent extends Event
    permits UploadReceived, UploadParsed, UploadRejected, UploadDeleted {

  String fileId();

  @Override
  default String subject() {
    return fileId();
  }
}
