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
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.work.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
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

  private final EntityManager database;
  private final DatabaseClock clock;
  private final DatasetConfig config;
  private final Outbox outbox;
  private final BlobStore blobs;
  private final Event<BuildReady> ready;

  Sharing(
      EntityManager database,
      DatabaseClock clock,
      DatasetConfig config,
      Outbox outbox,
      BlobStore blobs,
      Event<BuildReady> ready) {
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.outbox = outbox;
    this.blobs = blobs;
    this.ready = ready;
  }

  /**
   * Queues the chunks of the claimed dataset, if it has large sources and they were not queued yet.
   *
   * @return whether it did, and the dataset rests until they are read
   */
  @Transactional
  boolean begin(Claim claim) {
    Dataset dataset = Dataset.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (count(claim.id(), "true") > 0) {
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

  private int queue(Dataset dataset, int source, int chunks) {
    for (int chunk = 0; chunk < chunks; chunk++) {
      database
          .createNativeQuery(
              "INSERT INTO dataset_chunk (dataset_id, source, chunk) VALUES (?1, ?2, ?3)")
          .setParameter(1, dataset.id())
          .setParameter(2, source)
          .setParameter(3, chunk)
          .executeUpdate();
      outbox.publish(dataset.scope(), ChunkQueued.of(dataset.id(), source, chunk));
    }
    return chunks;
  }

  /** Whether somebody waits for a chunk to be read. */
  @Transactional
  boolean isWanted(ChunkQueued chunk) {
    Dataset dataset = Dataset.findById(chunk.datasetId());
    return dataset != null
        && dataset.isBuilding()
        && count(
                chunk.datasetId(),
                "source = %d AND chunk = %d AND NOT ended".formatted(chunk.source(), chunk.chunk()))
            > 0;
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
    chunk(
            "UPDATE dataset_chunk SET ended = true, found = ?4 WHERE dataset_id = ?1 AND source ="
                + " ?2 AND chunk = ?3",
            chunk)
        .setParameter(4, JsonText.of(found))
        .executeUpdate();
    long all = count(chunk.datasetId(), "true");
    long ended = count(chunk.datasetId(), "ended");
    boolean last = ended == all;
    dataset.chunksRead(
        progress(ended, all), last ? clock.now() : clock.now().plus(config.chunkPatience()));
    if (last) {
      ready.fire(new BuildReady(dataset.id()));
    }
  }

  private Query chunk(String sql, ChunkQueued chunk) {
    return database
        .createNativeQuery(sql)
        .setParameter(1, chunk.datasetId())
        .setParameter(2, chunk.source())
        .setParameter(3, chunk.chunk());
  }

  /** What was found, as {@link Build} takes it. */
  @Transactional
  List<List<BlobRef>> found(String datasetId, Order order) {
    List<List<BlobRef>> found =
        IntStream.range(0, order.files().size())
            .<List<BlobRef>>mapToObj(source -> new ArrayList<>())
            .toList();
    List<Object[]> rows =
        database
            .createNativeQuery(
                "SELECT source, found FROM dataset_chunk WHERE dataset_id = ?1 ORDER BY source,"
                    + " chunk",
                Object[].class)
            .setParameter(1, datasetId)
            .getResultList();
    for (Object[] row : rows) {
      found.get((Integer) row[0]).add(JsonText.read((String) row[1], BlobRef.class));
    }
    return found;
  }

  /** Removes what was found for one dataset that has ended since. */
  @Transactional
  void sweep() {
    List<Object[]> rows =
        database
            .createNativeQuery(
                """
                SELECT c.dataset_id, c.found FROM dataset_chunk c
                WHERE c.dataset_id =
                  (SELECT dataset_id FROM dataset_chunk JOIN dataset ON dataset_id = dataset.id
                   WHERE status <> 'BUILDING' LIMIT 1)
                """,
                Object[].class)
            .getResultList();
    for (Object[] row : rows) {
      if (row[1] != null) {
        delete(JsonText.read((String) row[1], BlobRef.class));
      }
    }
    if (!rows.isEmpty()) {
      database
          .createNativeQuery("DELETE FROM dataset_chunk WHERE dataset_id = ?1")
          .setParameter(1, rows.getFirst()[0])
          .executeUpdate();
    }
  }

  private void delete(BlobRef found) {
    try {
      blobs.delete(found.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long count(String datasetId, String condition) {
    return (Long)
        database
            .createNativeQuery(
                "SELECT count(*) FROM dataset_chunk WHERE dataset_id = ?1 AND " + condition,
                Long.class)
            .setParameter(1, datasetId)
            .getSingleResult();
  }

  private static String progress(long read, long all) {
    return "its rows: %d of %d chunks are read".formatted(read, all);
  }
}
