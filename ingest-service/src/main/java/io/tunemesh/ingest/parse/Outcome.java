package io.tunemesh.ingest.parse;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.ingest.record.Reading;
import java.util.List;

/** How the work on an upload ended. Faults that are not the file's are thrown instead. */
sealed interface Outcome {

  /** Its bytes are stored under our key. */
  record Fetched(BlobRef content) implements Outcome {}

  /** Its records are stored. */
  record Parsed(Reading reading, BlobRef records, List<Chunk> chunks, long rows)
      implements Outcome {}

  /** It cannot be read. */
  record Rejected(String code, String reason, Where where) implements Outcome {}
}
