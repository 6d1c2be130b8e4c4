package io.tunemesh.ingest.upload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;

/**
 * OpenAI's upload object, with the parts that are there.
 *
 * @param bytes how many its owner said that there will be
 * @param file null until it is completed, and when it was deleted
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PartUploadObject(
    String id,
    String object,
    long bytes,
    long createdAt,
    String filename,
    String purpose,
    String status,
    long expiresAt,
    FileObject file,
    List<UploadPart> parts) {

  static PartUploadObject of(PartUpload upload, Upload file, List<UploadPart> parts) {
    return new PartUploadObject(
        upload.id(),
        "upload",
        upload.bytes(),
        upload.createdAt().getEpochSecond(),
        upload.filename(),
        upload.purpose(),
        upload.status().name().toLowerCase(Locale.ROOT),
        upload.expiresAt().getEpochSecond(),
        file == null ? null : FileObject.of(file),
        parts);
  }
}
