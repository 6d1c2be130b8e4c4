package io.tunemesh.ingest.upload;

/** Fired in this process when there may be work for a worker, as its transaction commits. */
public record UploadArrived(String id) {}
