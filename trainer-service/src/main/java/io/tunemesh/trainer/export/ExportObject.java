package io.tunemesh.trainer.export;

import java.time.Instant;
import java.util.List;

/**
 * An export as the API shows it.
 *
 * @param attempt the number of the newest attempt
 */
record ExportObject(
    String id,
    String object,
    long createdAt,
    Long startedAt,
    Long finishedAt,
    String jobId,
    String format,
    String status,
    long attempt,
    Failure error,
    List<File> files) {

  static ExportObject of(ModelExport export) {
    return new ExportObject(
        export.id,
        "fine_tuning.job.export",
        export.createdAt.getEpochSecond(),
        seconds(export.startedAt),
        seconds(export.finishedAt),
        export.jobId,
        export.format.wire(),
        export.status.wire(),
        export.lease.fence(),
        export.errorCode == null ? null : new Failure(export.errorCode, export.errorMessage),
        export.fileList().stream()
            .map(file -> new File(file.name(), file.blob().bytes(), file.blob().sha256()))
            .toList());
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }

  record Failure(String code, String message) {}

  record File(String name, long bytes, String sha256) {}
}
