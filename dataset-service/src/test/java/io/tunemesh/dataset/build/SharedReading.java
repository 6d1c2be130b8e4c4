package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a source as replicas do that share it. */
public final class SharedReading {

  private SharedReading() {}

  /** The file with chunks of so many rows. */
  public static UploadParsed cut(BlobStore blobs, UploadParsed file, int rows) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    long offset = 0;
    int inChunk = 0;
    try (InputStream in = blobs.open(file.records())) {
      for (int next = in.read(); next >= 0; ) {
        chunk.write(next);
        inChunk += next == '\n' ? 1 : 0;
        next = in.read();
        if (inChunk == rows || next < 0) {
          byte[] bytes = chunk.toByteArray();
          chunks.add(new Chunk(offset, bytes.length, Digests.sha256(bytes), inChunk));
          offset += bytes.length;
          inChunk = 0;
          chunk.reset();
        }
      }
    }
    return new UploadParsed(
        file.fileId(),
        file.filename(),
        file.kind(),
        file.records(),
        file.rows(),
        file.sheets(),
        file.recipe(),
        file.plan(),
        chunks);
  }

  /** Whether replicas may share the only source of {@code spec}. */
  public static boolean isPossible(DatasetSpec spec, UploadParsed file)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate {
    return new RowReading(0, spec, file).isRowByRow();
  }

  /** Every second chunk is read by another replica. */
  public static void read(BlobStore blobs, DatasetSpec spec, UploadParsed file, Sink sink)
      throws IOException, RecipeUnclear, ColumnsMissing, BrokenTemplate {
    UploadParsed cut = cut(blobs, file, 2);
    new SourceReading(0, spec, cut, new Cleaning(spec.clean()))
        .read(blobs, found(blobs, spec, cut, 0), sink);
  }

  /** What other replicas find in every second chunk of a source. */
  static List<BlobRef> found(BlobStore blobs, DatasetSpec spec, UploadParsed file, int source)
      throws IOException, RecipeUnclear, ColumnsMissing, BrokenTemplate {
    List<BlobRef> found = new ArrayList<>();
    for (int i = 0; i < file.chunks().size(); i++) {
      found.add(i % 2 == 1 ? null : found(blobs, new RowReading(source, spec, file), file, i));
    }
    return found;
  }

  private static BlobRef found(BlobStore blobs, RowReading rows, UploadParsed file, int chunk)
      throws IOException {
    Path path = Files.createTempFile("found", ".jsonl");
    try (Lines lines = new Lines(path);
        InputStream in = ChunkRows.of(blobs, file, file.chunks().get(chunk));
        MappingIterator<SourceRecord> records =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      while (records.hasNextValue()) {
        lines.add(ChunkReader.found(rows, records.nextValue()));
      }
      return lines.store(blobs, "found/" + file.fileId() + "/" + chunk + ".jsonl");
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
