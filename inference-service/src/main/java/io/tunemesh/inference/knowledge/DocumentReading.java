package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes chunks of a document's records, and keeps them with what they mean. */
@ApplicationScoped
class DocumentReading {

  private static final int BATCH = 32;

  /** A document of which nothing can be found. */
  static final class Unusable extends RuntimeException {
    Unusable(String why) {
      super(why);
    }
  }

  private final BlobStore blobs;
  private final ChunkTable table;
  private final Documents documents;
  private final Embeddings embeddings;
  private final KnowledgeConfig config;

  DocumentReading(
      BlobStore blobs,
      ChunkTable table,
      Documents documents,
      Embeddings embeddings,
      KnowledgeConfig config) {
    this.blobs = blobs;
    this.table = table;
    this.documents = documents;
    this.embeddings = embeddings;
    this.config = config;
  }

  /**
   * Reads the document to its end and completes it. Chunks that an earlier attempt kept are passed
   * over, since the same records always give the same chunks.
   *
   * @throws Unusable if it has no text, or too much
   */
  void read(StoreFile row, UploadParsed file, LeaseKeeper keeper) throws IOException {
    Claim claim = row.held();
    List<Chunk> chunks = chunks(row, file, keeper);
    if (chunks.isEmpty()) {
      throw new Unusable("The file has no text that could be found.");
    }
    long bytes = 0;
    for (Chunk chunk : chunks) {
      bytes += chunk.text().getBytes(StandardCharsets.UTF_8).length;
    }
    for (int from = kept(claim, chunks); from < chunks.size(); from += BATCH) {
      List<ChunkTable.Kept> ready = new ArrayList<>();
      for (Chunk chunk : chunks.subList(from, Math.min(from + BATCH, chunks.size()))) {
        keeper.check();
        ready.add(new ChunkTable.Kept(chunk, embeddings.passage(chunk.searched())));
      }
      documents.add(claim, ready);
    }
    keeper.settle();
    documents.complete(claim, file.filename(), chunks.size(), bytes);
  }

  private List<Chunk> chunks(StoreFile row, UploadParsed file, LeaseKeeper keeper)
      throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    int counted = 0;
    long characters = 0;
    Records records = new Records(file);
    Chunker chunker = new Chunker(row.chunkSize(), row.overlap(), Embeddings::tokens, chunks::add);
    try (InputStream in = blobs.open(file.records());
        MappingIterator<SourceRecord> all =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      while (all.hasNextValue()) {
        keeper.check();
        chunker.add(records.paragraph(all.nextValue()));
        for (; counted < chunks.size(); counted++) {
          characters += chunks.get(counted).text().length();
        }
        if (characters > config.maxCharacters()) {
          throw new Unusable(
              "The file has more than %,d characters of text; split it."
                  .formatted(config.maxCharacters()));
        }
        if (chunks.size() > config.maxChunks()) {
          throw new Unusable(
              "The file gives more than %,d chunks; split it, or make chunks larger."
                  .formatted(config.maxChunks()));
        }
      }
    }
    chunker.end();
    return chunks;
  }

  /** How many chunks an earlier attempt kept; it is begun anew if they are others. */
  private int kept(Claim claim, List<Chunk> chunks) {
    int count = 0;
    while (true) {
      List<ChunkTable.Kept> more = table.from(claim.id(), count, 1000);
      for (ChunkTable.Kept kept : more) {
        if (count >= chunks.size() || !kept.chunk().equals(chunks.get(count))) {
          documents.clear(claim);
          return 0;
        }
        count++;
      }
      if (more.isEmpty()) {
        return count;
      }
    }
  }
}
