package io.tunemesh.inference.knowledge;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.panache.common.Sort;
import io.tunemesh.inference.file.FileGone;
import io.tunemesh.platform.db.DatabaseClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;

/** Takes out of stores what is there no more although nobody has asked the store for it. */
@ApplicationScoped
class Removals {

  private final DatabaseClock clock;

  Removals(DatabaseClock clock) {
    this.clock = clock;
  }

  /** A file that was deleted leaves all stores, with all that was made of it. */
  @Transactional(Transactional.TxType.MANDATORY)
  void fileGone(@Observes FileGone gone) {
    List<StoreFile> attached =
        StoreFile.list(
            "tenant = ?1 and fileId = ?2", Sort.by("storeId"), gone.tenant(), gone.fileId());
    for (StoreFile file : attached) {
      VectorStore store = VectorStore.findById(file.storeId(), LockModeType.PESSIMISTIC_WRITE);
      if (store != null) { // else it is gone with its files
        VectorStores.remove(store, file, clock.now());
      }
    }
  }

  /** Removes the documents of stores that have expired, each store's by itself. */
  void emptyExpired() {
    for (Object id : QuarkusTransaction.requiringNew().call(this::expired)) {
      QuarkusTransaction.requiringNew().run(() -> emptyIfExpired((String) id));
    }
  }

  /** What was taken out of lists is needed while a client goes through them, and no longer. */
  @Transactional
  void forgetRemoved() {
    VectorStore.getEntityManager()
        .createNativeQuery(
            """
            DELETE FROM vector_store_removed WHERE (owner, id) IN (
              SELECT owner, id FROM vector_store_removed
              WHERE removed_at < now() - interval '24 hours' FOR UPDATE SKIP LOCKED)
            """)
        .executeUpdate();
  }

  /** So many at a time; those that were emptied are not looked at again. */
  private List<?> expired() {
    return VectorStore.getEntityManager()
        .createNativeQuery(
            """
            SELECT id FROM vector_store s
            WHERE last_active_at + expires_days * interval '24 hours' < now()
              AND EXISTS (SELECT 1 FROM vector_store_file WHERE store_id = s.id)
            ORDER BY id LIMIT 100
            """)
        .getResultList();
  }

  /** Reads the store anew under its lock, since it may have been changed or used meanwhile. */
  private void emptyIfExpired(String id) {
    VectorStore store = VectorStore.findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (store != null
        && store.isExpired(clock.now())
        && StoreFile.delete("storeId = ?1", store.id()) > 0) {
      store.emptied();
    }
  }
}
