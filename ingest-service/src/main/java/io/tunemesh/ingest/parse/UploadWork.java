package io.tunemesh.ingest.parse;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.Limited;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.upload.NewUpload;
import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.ingest.upload.UploadConfig;
import io.tunemesh.ingest.upload.UploadStatus;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a worker does for an upload: copy its bytes under our key, or have them turned into records
 * by a reader process. Both may be done twice and then give the same. What is thrown is no fault of
 * the file.
 */
@ApplicationScoped
class UploadWork {

  private final BlobStore blobs;
  private final UploadConfig config;
  private final Spool spool;
  private final ReaderPool readers;

  UploadWork(BlobStore blobs, UploadConfig config, Spool spool, ReaderPool readers) {
    this.blobs = blobs;
    this.config = config;
    this.spool = spool;
    this.readers = readers;
  }

  Outcome run(Upload upload) throws IOException, InterruptedException {
    try {
      return upload.status() == UploadStatus.REQUESTED ? fetch(upload) : parse(upload);
    } catch (Unreadable e) {
      return new Outcome.Rejected(e.code(), e.getMessage(), e.where(upload.filename()));
    }
  }

  private Outcome fetch(Upload upload) throws IOException {
    BlobRef source = upload.source();
    // all of it is read before the count is judged: which of the two is wrong decides the reason
    try (InputStream in = blobs.open(new BlobRef(source.key(), source.sha256(), null))) {
      boolean madeHere = NewUpload.BATCH_OUTPUT.equals(upload.purpose());
      BlobRef content = blobs.put(upload.contentKey(), madeHere ? in : limited(in));
      if (source.bytes() != null && !source.bytes().equals(content.bytes())) {
        blobs.delete(content.key());
        return refused(
            upload,
            "blob_mismatch",
            "The blob has %,d bytes where %,d were said; put it there anew."
                .formatted(content.bytes(), source.bytes()),
            "blob.bytes");
      }
      return new Outcome.Fetched(content);
    } catch (BlobNotFound e) {
      return refused(
          upload,
          "blob_missing",
          "There is no blob under the key '%s'; put the file there before you send the event."
              .formatted(source.key()),
          "blob.key");
    } catch (CorruptBlob e) {
      return refused(
          upload,
          "blob_mismatch",
          "The blob's bytes do not have the sha256 that was said; put it there anew.",
          "blob.sha256");
    }
  }

  private Outcome parse(Upload upload) throws IOException, InterruptedException {
    if (upload.bytes() > config.maxBytes()) {
      throw tooLarge();
    }
    readers.prepare();
    Path folder = spool.folder(upload.id());
    try {
      Path file = folder.resolve("content");
      try (InputStream in = blobs.open(upload.content())) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      } catch (BlobNotFound | CorruptBlob e) {
        return new Outcome.Rejected(
            "content_lost",
            "The stored bytes are damaged or gone; upload the file again.",
            Where.file(upload.filename()));
      }
      Path records = folder.resolve("records.jsonl");
      return switch (readers.read(file, upload.filename(), records, folder)) {
        case ReadAnswer.Read read -> {
          try (Chunks lines = new Chunks(Files.newInputStream(records), config.chunkBytes())) {
            BlobRef stored = blobs.put(upload.recordsKey(upload.fence()), lines);
            yield new Outcome.Parsed(read.reading(), stored, lines.all(), read.rows());
          }
        }
        case ReadAnswer.Refused refused ->
            new Outcome.Rejected(refused.code(), refused.reason(), refused.where());
        case ReadAnswer.Fault fault -> throw new IOException(fault.cause());
      };
    } finally {
      spool.remove(folder);
    }
  }

  private InputStream limited(InputStream in) {
    return new Limited(in, config.maxBytes(), this::tooLarge);
  }

  private Unreadable tooLarge() {
    return Unreadable.file(
        "file_too_large",
        "A file may have %,d bytes at most; split it.".formatted(config.maxBytes()));
  }

  private static Outcome refused(Upload upload, String code, String reason, String field) {
    return new Outcome.Rejected(
        code, reason, new Where(upload.filename(), null, null, null, field));
  }
}
