package io.tunemesh.ingest.upload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * OpenAI's file object, with our run and recipe.
 *
 * @param createdAt seconds since 1970
 * @param status {@code uploaded} until it is read, then {@code processed} or {@code error}
 * @param statusDetails why it is an error, and what to do
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FileObject(
    String id,
    String object,
    long bytes,
    long createdAt,
    Long expiresAt,
    String filename,
    String purpose,
    String status,
    String statusDetails,
    String run,
    String recipe) {

  /** Of the columns of an upload. */
  public FileObject(
      String id,
      Long bytes,
      Instant createdAt,
      String filename,
      String purpose,
      UploadStatus status,
      String reason,
      String run,
      String recipe) {
    this(
        id,
        "file",
        bytes == null ? 0 : bytes,
        createdAt.getEpochSecond(),
        null,
        filename,
        purpose,
        switch (status) {
          case REQUESTED, RECEIVED, PARSING -> "uploaded";
          case PARSED -> "processed";
          case REJECTED, DELETED -> "error";
        },
        reason,
        run,
        recipe);
  }

  static FileObject of(Upload upload) {
    return new FileObject(
        upload.id(),
        upload.bytes(),
        upload.createdAt(),
        upload.filename(),
        upload.purpose(),
        upload.status(),
        upload.reason(),
        upload.run(),
        upload.recipe());
  }
}
