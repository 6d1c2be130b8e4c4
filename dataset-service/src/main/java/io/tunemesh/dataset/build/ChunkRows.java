package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The rows of one chunk of a file, as JSON lines in memory. */
final class ChunkRows {

  private ChunkRows() {}

  static InputStream of(BlobStore blobs, UploadParsed file, Chunk chunk) throws IOException {
    BlobRef part = new BlobRef(file.records().key(), chunk.sha256(), chunk.bytes());
    return new ByteArrayInputStream(blobs.read(part, chunk.offset()));
  }
}
