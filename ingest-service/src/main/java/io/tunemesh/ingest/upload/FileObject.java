package io.tunemesh.ingest.upload;

import com.fasterxml.jackson.annotation.JsonInclude;

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

  static FileObject of(Upload upload) {
    return new FileObject(
        upload.id(),
        "file",
        upload.bytes(),
        upload.createdAt().getEpochSecond(),
        null,
        upload.filename(),
        upload.purpose(),
        switch (upload.status()) {
          case REQUESTED, RECEIVED, PARSING -> "uploaded";
          case PARSED -> "processed";
          case REJECTED, DELETED -> "error";
        },
        upload.reason(),
        upload.run(),
        upload.recipe());
  }
}
