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
    Counts counts = Counts.of("storeId = ?1", store.id());
    return new StoreView(
        store.id(),
        "vector_store",
        store.createdAt().getEpochSecond(),
        store.name() == null ? "" : store.name(),
        store.description(),
        bytes(store.id()),
        counts,
        store.isExpired(now) ? "expired" : counts.inProgress() > 0 ? "in_progress" : "completed",
        store.expiresDays() == null
            ? null
            : new ExpiresAfter("last_active_at", store.expiresDays()),
        store.expiresAt() == null ? null : store.expiresAt().getEpochSecond(),
        store.lastActiveAt().getEpochSecond(),
        store.metadata());
  }

  private static long bytes(String store) {
    return Panache.getEntityManager()
        .createQuery("select coalesce(sum(bytes), 0) from StoreFile where storeId = ?1", Long.class)
        .setParameter(1, store)
        .getSingleResult();
  }
}
