package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.BuildReady;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.work.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Has the chunks of large sources read by whichever replicas are free. It only saves time: what is
 * not read when the dataset's patience ends is read by the one that builds it.
 */
@ApplicationScoped
class Sharing {

  private final ChunkTable chunks;
  private final DatabaseClock clock;
  private final DatasetConfig config;
  private final Outbox outbox;
  private final BlobStore blobs;
  private final Event<BuildReady> ready;

  Sharing(
      ChunkTable chunks,
      DatabaseClock clock,
      DatasetConfig config,
      Outbox outbox,
      BlobStore blobs,
      Event<BuildReady> ready) {
    this.chunks = chunks;
    this.clock = clock;
    this.config = config;
    this.outbox = outbox;
    this.blobs = blobs;
    this.ready = ready;
  }

  /**
   * Queues the chunks of the claimed dataset, if it has large sources, they were not queued yet,
   * and others are there to read them.
   *
   * @param company whether they are
   * @return whether it did, and the dataset rests until they are read
   */
  @Transactional
  boolean begin(Claim claim, boolean company) {
    if (!company) {
      return false;
    }
    Dataset dataset = Dataset.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (chunks.count(claim.id()) > 0) {
      return false;
    }
    Order order = Order.ofRows(dataset);
    int queued = 0;
    for (int source = 0; source < order.files().size(); source++) {
      if (canBeShared(order, source)) {
        queued += queue(dataset, source, order.files().get(source).chunks().size());
      }
    }
    if (queued > 0) {
      dataset.waits(claim.fence(), clock.now().plus(config.chunkPatience()), progress(0, queued));
    }
    return queued > 0;
  }

  private static boolean canBeShared(Order order, int source) {
    UploadParsed file = order.files().get(source);
    boolean isAugmented = order.spec().sources().stream().anyMatch(s -> s.augment() != null);
    if (isAugmented || file.chunks() == null || file.chunks().size() < 2) {
      return false;
    }
    try {
      return new RowReading(source, order.spec(), file).isRowByRow();
    } catch (RecipeUnclear | ColumnsMissing | BrokenTemplate e) {
      return false; // the build says what is wrong
    }
  }

  private int queue(Dataset dataset, int source, int count) {
    for (int chunk = 0; chunk < count; chunk++) {
      chunks.add(dataset.id(), source, chunk);
      outbox.publish(dataset.scope(), ChunkQueued.of(dataset.id(), source, chunk));
    }
    return count;
  }

  /** Whether somebody waits for a chunk to be read. */
  @Transactional
  boolean isWanted(ChunkQueued chunk) {
    Dataset dataset = Dataset.findById(chunk.datasetId());
    return dataset != null && dataset.isBuilding() && chunks.isOpen(chunk);
  }

  /**
   * Notes what was found in a chunk; after the last one the dataset can be built. What was found
   * after the end of the build is deleted.
   *
   * @param found null where it could not be read, so that the build comes upon it
   */
  @Transactional
  void ended(ChunkQueued chunk, BlobRef found) {
    Dataset dataset = Dataset.findById(chunk.datasetId(), LockModeType.PESSIMISTIC_WRITE);
    if (dataset == null || !dataset.isBuilding()) {
      if (found != null) {
        delete(found);
      }
      return;
    }
    chunks.end(chunk, found);
    long all = chunks.count(chunk.datasetId());
    long ended = chunks.countEnded(chunk.datasetId());
    boolean last = ended == all;
    dataset.chunksRead(
        progress(ended, all), last ? clock.now() : clock.now().plus(config.chunkPatience()));
    if (last) {
      ready.fire(new BuildReady(dataset.id()));
    }
  }

  /** What was found, as {@link Build} takes it. */
  @Transactional
  List<List<BlobRef>> found(String datasetId, Order order) {
    List<List<BlobRef>> found =
        IntStream.range(0, order.files().size())
            .<List<BlobRef>>mapToObj(source -> new ArrayList<>())
            .toList();
    for (ChunkTable.Row row : chunks.of(datasetId)) {
      found.get(row.source()).add(row.found());
    }
    return found;
  }

  /** Removes what was found for one dataset that has ended since. */
  @Transactional
  void sweep() {
    List<ChunkTable.Row> rows = chunks.ofAnEndedDataset();
    for (ChunkTable.Row row : rows) {
      if (row.found() != null) {
        delete(row.found());
      }
    }
    if (!rows.isEmpty()) {
      chunks.remove(rows.getFirst().datasetId());
    }
  }

  private void delete(BlobRef found) {
    try {
      blobs.delete(found.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String progress(long read, long all) {
    return "its rows: %d of %d chunks are read".formatted(read, all);
  }
}
