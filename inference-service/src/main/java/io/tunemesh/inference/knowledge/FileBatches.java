package io.tunemesh.inference.knowledge;

import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;

/** Batches of files of all tenants' stores. */
@ApplicationScoped
class FileBatches {

  private final ChunkTable chunks;
  private final DatabaseClock clock;

  FileBatches(ChunkTable chunks, DatabaseClock clock) {
    this.chunks = chunks;
    this.clock = clock;
  }

  /** Attaches the files; those that are in the store already count with the batch as they are. */
  @Transactional
  FileBatchView create(String tenant, String storeId, FileBatchWish wish) {
    VectorStore store = VectorStores.store(tenant, storeId, LockModeType.PESSIMISTIC_WRITE);
    Instant now = clock.now();
    wish.files().values().forEach(file -> VectorStores.attach(store, file, now));
    FileBatch batch = FileBatch.of(Ids.random("vsfb_"), store, wish.files().keySet(), now);
    batch.persistAndFlush();
    return FileBatchView.of(batch);
  }

  @Transactional
  FileBatchView get(String tenant, String storeId, String id) {
    return FileBatchView.of(find(tenant, storeId, id, LockModeType.NONE));
  }

  /** What was not read yet is not read any more; what can be found stays. Once is enough. */
  @Transactional
  FileBatchView cancel(String tenant, String storeId, String id) {
    FileBatch batch = find(tenant, storeId, id, LockModeType.PESSIMISTIC_WRITE);
    if (batch.isCancelled()) {
      return FileBatchView.of(batch);
    }
    if (Counts.of(FileBatch.MEMBERS, storeId, id).inProgress() == 0) {
      throw Refusal.invalid(
          "batch_is_over", "All files of the batch '%s' are read already.".formatted(id), null);
    }
    batch.cancel();
    StoreFile.<StoreFile>find(
            FileBatch.MEMBERS + " and status = ?3", storeId, id, StoreFile.Status.IN_PROGRESS)
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .stream()
        .filter(file -> file.status() == StoreFile.Status.IN_PROGRESS)
        .forEach(
            file -> {
              chunks.clear(file.id());
              file.cancel();
            });
    StoreFile.flush();
    return FileBatchView.of(batch);
  }

  @Transactional
  List<FileView> files(
      String tenant, String storeId, String id, StoreFile.Status status, Paging paging) {
    find(tenant, storeId, id, LockModeType.NONE);
    String where = FileBatch.MEMBERS + (status == null ? "" : " and status = ?3");
    Object[] values =
        status == null ? new Object[] {storeId, id} : new Object[] {storeId, id, status};
    return paging.<StoreFile>find("StoreFile", where, values).stream().map(FileView::of).toList();
  }

  /** Locks the store before its batch, as everyone does. */
  private static FileBatch find(String tenant, String storeId, String id, LockModeType lock) {
    VectorStores.store(tenant, storeId, lock);
    FileBatch batch = FileBatch.findById(id, lock);
    if (batch == null || !batch.storeId().equals(storeId)) {
      throw Refusal.notFound("file batch of this vector store", id);
    }
    return batch;
  }
}
