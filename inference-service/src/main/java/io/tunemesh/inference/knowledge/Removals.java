package io.tunemesh.inference.knowledge;

import io.quarkus.panache.common.Sort;
import io.tunemesh.inference.file.FileGone;
import io.tunemesh.platform.db.DatabaseClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
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

  /** Removes the documents of stores that have expired. */
  @Transactional
  void emptyExpired() {
    Instant now = clock.now();
    List<VectorStore> ending = VectorStore.list("expiresDays is not null", Sort.by("id"));
    ending.stream()
        .filter(store -> store.isExpired(now))
        .forEach(
            store -> {
              VectorStore.getEntityManager().detach(store);
              emptyIfExpired(store.id(), now);
            });
  }

  /** Reads the store anew under its lock, since it may have been changed or used meanwhile. */
  private static void emptyIfExpired(String id, Instant now) {
    VectorStore store = VectorStore.findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (store != null && store.isExpired(now) && StoreFile.delete("storeId = ?1", store.id()) > 0) {
      store.emptied();
    }
  }
}
