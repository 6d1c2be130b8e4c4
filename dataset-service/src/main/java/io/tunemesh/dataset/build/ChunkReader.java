package io.tunemesh.dataset.build;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.disk.Workplace;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.template.BrokenTemplate;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Takes {@code ChunkQueued}: reads the chunk's rows by their recipe, for the build to join. */
@ApplicationScoped
class ChunkReader {

  private static final Logger LOG = Logger.getLogger(ChunkReader.class);

  private final EventHandler handler;
  private final Sharing sharing;
  private final BlobStore blobs;
  private final Workplace workplace;

  ChunkReader(EventHandler handler, Sharing sharing, BlobStore blobs, Workplace workplace) {
    this.handler = handler;
    this.sharing = sharing;
    this.blobs = blobs;
    this.workplace = workplace;
  }

  @Incoming("dataset-chunks")
  @Blocking(value = "chunks", ordered = false)
  void on(ConsumerRecord<String, byte[]> record) {
    handler.onceAfter(
        record, this::read, (event, found) -> sharing.ended((ChunkQueued) event.data(), found));
  }

  /** What is found in the chunk; null where nobody wants it or it cannot be read. */
  private BlobRef read(Envelope<?> event) {
    ChunkQueued queued = (ChunkQueued) event.data();
    if (!sharing.isWanted(queued)) {
      return null;
    }
    try {
      BlobRef found = found(queued);
      LOG.infof("Chunk read, chunk=%s", queued.chunkId());
      return found;
    } catch (BlobNotFound | CorruptBlob | RecipeUnclear | ColumnsMissing | BrokenTemplate e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BlobRef found(ChunkQueued queued)
      throws IOException, RecipeUnclear, ColumnsMissing, BrokenTemplate {
    Job job = QuarkusTransaction.requiringNew().call(() -> job(queued));
    UploadParsed file = job.order().files().get(queued.source());
    RowReading rows = new RowReading(queued.source(), job.order().spec(), file);
    Path folder = workplace.folder("chunk");
    try (Lines lines = new Lines(folder.resolve("found.jsonl"));
        InputStream in = ChunkRows.of(blobs, file, file.chunks().get(queued.chunk()));
        Records records = new Records(in)) {
      for (SourceRecord row = records.next(); row != null; row = records.next()) {
        lines.add(found(rows, row));
      }
      return lines.store(blobs, job.key());
    } finally {
      Workplace.remove(folder);
    }
  }

  static Finding.OfRow found(RowReading rows, SourceRecord row) {
    Outcome.Refused unread = rows.unread(row).orElse(null);
    return new Finding.OfRow(Place.of(row), unread, unread == null ? rows.read(row) : List.of());
  }

  private static Job job(ChunkQueued queued) {
    Dataset dataset = Dataset.findById(queued.datasetId());
    return new Job(
        Order.ofRows(dataset),
        "%schunks/%d-%d.jsonl".formatted(Builds.prefix(dataset), queued.source(), queued.chunk()));
  }

  private record Job(Order order, String key) {}
}
