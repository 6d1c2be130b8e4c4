package io.tunemesh.inference.knowledge;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.work.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Documents as ingest-service would tell of them. */
@ApplicationScoped
class Library {

  private final Mesh mesh;
  private final DatabaseClock clock;
  private final ChunkTable chunks;

  Library(Mesh mesh, DatabaseClock clock, ChunkTable chunks) {
    this.mesh = mesh;
    this.clock = clock;
    this.chunks = chunks;
  }

  /** A document of acme with these records; its id. */
  @SafeVarargs
  final String document(String filename, Map<String, String>... records) {
    return told("file-" + UUID.randomUUID(), filename, records);
  }

  /** The same of a document that has its id already. */
  @SafeVarargs
  final String told(String id, String filename, Map<String, String>... records) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < records.length; i++) {
      lines.append(line(new SourceRecord(null, i + 1, records[i]))).append('\n');
    }
    parsed(
        id,
        filename,
        mesh.put("uploads/" + id + "/records.jsonl", lines.toString()),
        records.length);
    return id;
  }

  /** A document whose records are not there. */
  String gone(String filename) {
    String id = "file-" + UUID.randomUUID();
    parsed(id, filename, new BlobRef("uploads/" + id + "/none", "0".repeat(64), 5L), 1);
    return id;
  }

  /** A file that could not be read. */
  String rejected(String filename, String reason) {
    String id = "file-" + UUID.randomUUID();
    mesh.send(new UploadRejected(id, filename, "no_text", reason, null, null, null));
    return id;
  }

  /** Tells once more of a document, by another name. */
  void renamed(String id, String filename) {
    parsed(id, filename, new BlobRef("uploads/" + id + "/none", "0".repeat(64), 5L), 1);
  }

  /** The file is deleted in ingest-service. */
  void deleted(String id) {
    deletedBy("acme", id);
  }

  void deletedBy(String tenant, String id) {
    mesh.send(UUID.randomUUID().toString(), tenant, new UploadDeleted(id, "gone"));
  }

  /** Waits until the document can be found in the store. */
  void awaitCompleted(String store, String file) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> row(store, file).status() == StoreFile.Status.COMPLETED);
  }

  private void parsed(String id, String filename, BlobRef records, int rows) {
    mesh.send(
        new UploadParsed(
            id,
            filename,
            "markdown",
            records,
            rows,
            List.of(new UploadParsed.Sheet("", 0, List.of(), rows)),
            null,
            null,
            null));
  }

  /** Attaches a document as if a replica had kept these chunks of it and died; its claim. */
  Claim abandoned(String store, String file, List<ChunkTable.Kept> kept) {
    return claimed(store, file, kept, Duration.ofSeconds(-1));
  }

  /** Attaches a document that another replica works on; its claim. */
  Claim held(String store, String file) {
    return claimed(store, file, List.of(), Duration.ofHours(1));
  }

  private Claim claimed(String store, String file, List<ChunkTable.Kept> kept, Duration lease) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              VectorStore owner = VectorStore.findById(store);
              var now = clock.now();
              StoreFile row =
                  StoreFile.of(
                      "vsf_" + UUID.randomUUID(), owner, new FileWish(file, null, 300, 60), now);
              Claim claim = row.claim("dead", now, now.plus(lease));
              row.persistAndFlush();
              chunks.add(row.id(), kept);
              return claim;
            });
  }

  StoreFile row(String store, String file) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                StoreFile.<StoreFile>find("storeId = ?1 and fileId = ?2", store, file)
                    .firstResult());
  }

  private static String line(SourceRecord record) {
    try {
      return Json.MAPPER.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
