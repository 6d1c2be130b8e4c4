package io.tunemesh.ingest.upload;

/** Where an upload is. It only ever moves down this list. */
public enum UploadStatus {
  /** Asked for by an event; the bytes are not ours yet. */
  REQUESTED,
  /** The bytes are stored; nobody reads them yet. */
  RECEIVED,
  /** A worker reads them. */
  PARSING,
  /** Its records are stored. */
  PARSED,
  /** It cannot be read. */
  REJECTED,
  /** Its owner does not want it any more. */
  DELETED
}
