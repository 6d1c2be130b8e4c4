package io.tunemesh.inference.job;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.inference.file.Files;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.disk.Workplace;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Makes a job's files out of its results, in the order of the rows. */
@ApplicationScoped
class JobFiles {

  private final RowResults results;
  private final BlobStore blobs;
  private final Workplace workplace;

  JobFiles(RowResults results, BlobStore blobs, Workplace workplace) {
    this.results = results;
    this.blobs = blobs;
    this.workplace = workplace;
  }

  /**
   * The output, or the file of errors.
   *
   * @return null if there is nothing to put in it
   */
  Made make(RowJob job, RowTask task, boolean output) throws IOException {
    List<RowResult> page = results.page(job.id(), output, -1);
    if (page.isEmpty()) {
      return null;
    }
    Path spool = workplace.file("job");
    try {
      try (OutputStream out =
          new BufferedOutputStream(java.nio.file.Files.newOutputStream(spool))) {
        RowTask.LineWriter writer = task.writer(output, out);
        while (!page.isEmpty()) {
          for (RowResult result : page) {
            writer.line(result.line());
          }
          page = results.page(job.id(), output, page.getLast().index());
        }
        writer.end();
      }
      try (InputStream in = java.nio.file.Files.newInputStream(spool)) {
        BlobRef blob = blobs.put(key(job, output), in);
        return new Made(name(job, output), task.filename(output), blob);
      }
    } finally {
      java.nio.file.Files.deleteIfExists(spool);
    }
  }

  private static String name(RowJob job, boolean output) {
    return job.id() + (output ? "-output" : "-errors");
  }

  private static String key(RowJob job, boolean output) {
    return Files.key(job.tenant(), name(job, output));
  }
}
