package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.platform.db.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;

/** The table of the chunks that are shared; every method runs in the caller's transaction. */
@ApplicationScoped
class ChunkTable {

  private final EntityManager database;

  ChunkTable(EntityManager database) {
    this.database = database;
  }

  /**
   * What came of a chunk.
   *
   * @param found null where nobody read it, or it could not be read
   */
  record Row(String datasetId, int source, BlobRef found) {

    private static Row of(Object[] row) {
      return new Row(
          (String) row[0], (Integer) row[1], JsonText.read((String) row[2], BlobRef.class));
    }
  }

  void add(String datasetId, int source, int chunk) {
    database
        .createNativeQuery(
            "INSERT INTO dataset_chunk (dataset_id, source, chunk) VALUES (?1, ?2, ?3)")
        .setParameter(1, datasetId)
        .setParameter(2, source)
        .setParameter(3, chunk)
        .executeUpdate();
  }

  /** Notes that a chunk needs no more reading. */
  void end(ChunkQueued chunk, BlobRef found) {
    of(
            chunk,
            "UPDATE dataset_chunk SET ended = true, found = ?4"
                + " WHERE dataset_id = ?1 AND source = ?2 AND chunk = ?3")
        .setParameter(4, JsonText.of(found))
        .executeUpdate();
  }

  boolean isOpen(ChunkQueued chunk) {
    return !of(
            chunk,
            "SELECT 1 FROM dataset_chunk"
                + " WHERE dataset_id = ?1 AND source = ?2 AND chunk = ?3 AND NOT ended")
        .getResultList()
        .isEmpty();
  }

  private Query of(ChunkQueued chunk, String sql) {
    return database
        .createNativeQuery(sql)
        .setParameter(1, chunk.datasetId())
        .setParameter(2, chunk.source())
        .setParameter(3, chunk.chunk());
  }

  long count(String datasetId) {
    return counted(datasetId, "true");
  }

  long countEnded(String datasetId) {
    return counted(datasetId, "ended");
  }

  private long counted(String datasetId, String condition) {
    return (Long)
        database
            .createNativeQuery(
                "SELECT count(*) FROM dataset_chunk WHERE dataset_id = ?1 AND " + condition,
                Long.class)
            .setParameter(1, datasetId)
            .getSingleResult();
  }

  /** The chunks of a dataset, in the order of its rows. */
  List<Row> of(String datasetId) {
    return rows(
        database
            .createNativeQuery(
                "SELECT dataset_id, source, found FROM dataset_chunk WHERE dataset_id = ?1"
                    + " ORDER BY source, chunk",
                Object[].class)
            .setParameter(1, datasetId));
  }

  /**
   * The chunks of one dataset that has ended; empty where there is none. Of any such, so that one
   * which cannot be swept does not stand before the others.
   */
  List<Row> ofAnEndedDataset() {
    return rows(
        database.createNativeQuery(
            """
            SELECT c.dataset_id, c.source, c.found FROM dataset_chunk c
            WHERE c.dataset_id =
              (SELECT dataset_id FROM dataset_chunk JOIN dataset ON dataset_id = dataset.id
               WHERE status <> 'BUILDING' ORDER BY random() LIMIT 1)
            """,
            Object[].class));
  }

  @SuppressWarnings("unchecked")
  private static List<Row> rows(Query query) {
    return ((List<Object[]>) query.getResultList()).stream().map(Row::of).toList();
  }

  void remove(String datasetId) {
    database
        .createNativeQuery("DELETE FROM dataset_chunk WHERE dataset_id = ?1")
        .setParameter(1, datasetId)
        .executeUpdate();
  }
}
