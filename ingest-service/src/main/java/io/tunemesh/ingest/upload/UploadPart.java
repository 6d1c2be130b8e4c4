package io.tunemesh.ingest.upload;

import java.time.Instant;

/**
 * OpenAI's part object, with its size and digest, by which a client that goes on after a break
 * knows what is there. The same bytes are the same part.
 */
public record UploadPart(
    String id, String object, long createdAt, String uploadId, long bytes, String sha256) {

  static UploadPart of(String id, Instant createdAt, String uploadId, long bytes, String sha256) {
    return new UploadPart(id, "upload.part", createdAt.getEpochSecond(), uploadId, bytes, sha256);
  }

  /** Where its bytes lie. */
  String key() {
    return key(uploadId, id);
  }

  static String key(String uploadId, String id) {
    return "parts/" + uploadId + "/" + id;
  }
}
