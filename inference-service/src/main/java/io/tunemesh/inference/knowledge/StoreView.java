package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.hibernate.orm.panache.Panache;
import java.time.Instant;
import java.util.Map;

/** OpenAI's vector store object. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoreView(
    String id,
    String object,
    long createdAt,
    String name,
    String description,
    long usageBytes,
    Counts fileCounts,
    String status,
    ExpiresAfter expiresAfter,
    Long expiresAt,
    long lastActiveAt,
    Map<String, String> metadata) {

  /** How many files are in which state. */
  record Counts(long inProgress, long completed, long failed, long cancelled, long total) {}

  /**
   * When it goes.
   *
   * @param anchor always {@code last_active_at}
   */
  record ExpiresAfter(String anchor, int days) {}

  /** What a deletion answers. */
  record Deleted(String id, String object, boolean deleted) {}

  /** In a transaction. */
  static StoreView of(VectorStore store, Instant now) {
    long[] counts = new long[StoreFile.Status.values().length];
    long bytes = 0;
    for (Object[] row :
        Panache.getEntityManager()
            .createQuery(
                "select status, count(*), sum(bytes) from StoreFile where storeId = ?1"
                    + " group by status",
                Object[].class)
            .setParameter(1, store.id())
            .getResultList()) {
      counts[((StoreFile.Status) row[0]).ordinal()] = (Long) row[1];
      bytes += (Long) row[2];
    }
    return new StoreView(
        store.id(),
        "vector_store",
        store.createdAt().getEpochSecond(),
        store.name(),
        store.description(),
        bytes,
        new Counts(counts[0], counts[1], counts[2], 0, counts[0] + counts[1] + counts[2]),
        store.isExpired(now) ? "expired" : counts[0] > 0 ? "in_progress" : "completed",
        store.expiresDays() == null
            ? null
            : new ExpiresAfter("last_active_at", store.expiresDays()),
        store.expiresAt() == null ? null : store.expiresAt().getEpochSecond(),
        store.lastActiveAt().getEpochSecond(),
        store.metadata());
  }
}
