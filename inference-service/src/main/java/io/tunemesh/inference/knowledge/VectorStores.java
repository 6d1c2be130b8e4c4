package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The stores of all tenants and their files, as clients change them. */
@ApplicationScoped
class VectorStores {

  private static final Duration ACTIVE_EVERY = Duration.ofMinutes(1);

  private final DatabaseClock clock;

  VectorStores(DatabaseClock clock) {
    this.clock = clock;
  }

  @Transactional
  StoreView create(String tenant, StoreWish wish) {
    Instant now = clock.now();
    VectorStore store = VectorStore.of(Ids.random("vs_"), tenant, wish, now);
    store.persist();
    wish.files().forEach(file -> attach(store, file, now));
    return StoreView.of(store, now);
  }

  @Transactional
  StoreView get(String tenant, String id) {
    return StoreView.of(store(tenant, id, LockModeType.NONE), clock.now());
  }

  @Transactional
  StoreView change(String tenant, String id, StoreWish wish) {
    VectorStore store = store(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    store.change(wish);
    return StoreView.of(store, clock.now());
  }

  /** Removes a store with all that was made of its documents. */
  @Transactional
  void delete(String tenant, String id) {
    store(tenant, id, LockModeType.PESSIMISTIC_WRITE).delete();
  }

  @Transactional
  List<StoreView> page(String tenant, Paging paging) {
    Instant now = clock.now();
    return paging.<VectorStore>find("VectorStore", "tenant = ?1", tenant).stream()
        .map(store -> StoreView.of(store, now))
        .toList();
  }

  /**
   * Attaches a file; one that failed or was cancelled before is tried anew, and one that is there
   * as it is wished for stays.
   */
  @Transactional
  FileView attach(String tenant, String storeId, FileWish wish) {
    VectorStore store = store(tenant, storeId, LockModeType.PESSIMISTIC_WRITE);
    StoreFile file = attach(store, wish, clock.now());
    if (!file.isAs(wish)) {
      throw Refusal.invalid(
          "already_attached",
          "The file '%s' is in this vector store with other attributes or chunks; change its attributes there, or delete it there first to chunk it anew."
              .formatted(wish.fileId()),
          "file_id");
    }
    return FileView.of(file);
  }

  /**
   * Attaches a file to a store that is locked, or gives the one that is in it already.
   *
   * @throws Refusal if the store has expired, since what is in such a one is removed
   */
  static StoreFile attach(VectorStore store, FileWish wish, Instant now) {
    requireLive(store, now);
    store.used(now);
    StoreFile before =
        StoreFile.find("storeId = ?1 and fileId = ?2", store.id(), wish.fileId()).firstResult();
    if (before != null && !before.isVain()) {
      return before;
    }
    StoreFile file = StoreFile.of(Ids.random("vsf_"), store, wish, now);
    if (before != null) {
      before.delete();
      StoreFile.flush();
      file.inPlaceOf(before);
    }
    file.persist();
    return file;
  }

  @Transactional
  FileView file(String tenant, String storeId, String fileId) {
    return FileView.of(find(tenant, storeId, fileId));
  }

  @Transactional
  FileView attributes(String tenant, String storeId, String fileId, ObjectNode attributes) {
    VectorStore store = store(tenant, storeId, LockModeType.PESSIMISTIC_WRITE);
    StoreFile file = find(tenant, storeId, fileId);
    file.attributes(attributes);
    store.contentChanged(clock.now());
    return FileView.of(file);
  }

  /** Takes a file out of the store with all that was made of it; the file itself stays. */
  @Transactional
  void detach(String tenant, String storeId, String fileId) {
    VectorStore store = store(tenant, storeId, LockModeType.PESSIMISTIC_WRITE);
    remove(store, find(tenant, storeId, fileId), clock.now());
  }

  /** Takes a file out of a store that is locked: everyone locks a store before its files. */
  static void remove(VectorStore store, StoreFile file, Instant now) {
    if (StoreFile.delete("id = ?1", file.id()) > 0) {
      store.contentChanged(now);
    }
  }

  @Transactional
  List<FileView> files(String tenant, String storeId, StoreFile.Status status, Paging paging) {
    store(tenant, storeId, LockModeType.NONE);
    String where = status == null ? "storeId = ?1" : "storeId = ?1 and status = ?2";
    Object[] values = status == null ? new Object[] {storeId} : new Object[] {storeId, status};
    return paging.<StoreFile>find("StoreFile", where, values).stream().map(FileView::of).toList();
  }

  @Transactional
  StoreFile stored(String tenant, String storeId, String fileId) {
    return find(tenant, storeId, fileId);
  }

  /** Which revision of the store is to be searched; marks it as used now and then. */
  @Transactional
  long searched(String tenant, String id) {
    VectorStore store = store(tenant, id, LockModeType.NONE);
    Instant now = clock.now();
    requireLive(store, now);
    if (store.lastActiveAt().plus(ACTIVE_EVERY).isBefore(now)) {
      // By query: the whole row as it was read could undo a change of its revision.
      VectorStore.update("lastActiveAt = ?1 where id = ?2 and lastActiveAt < ?1", now, id);
    }
    return store.revision();
  }

  /** The revisions of those of these stores that are there. */
  @Transactional
  Map<String, Long> revisions(Set<String> ids) {
    return ids.isEmpty()
        ? Map.of()
        : VectorStore.<VectorStore>list("id in ?1", ids).stream()
            .collect(Collectors.toMap(VectorStore::id, VectorStore::revision));
  }

  private static void requireLive(VectorStore store, Instant now) {
    if (store.isExpired(now)) {
      throw Refusal.invalid(
          "vector_store_expired", "The vector store '" + store.id() + "' has expired.", null);
    }
  }

  static VectorStore store(String tenant, String id, LockModeType lock) {
    VectorStore store = VectorStore.findById(id, lock);
    if (store == null || !store.tenant().equals(tenant)) {
      throw Refusal.notFound("vector store", id);
    }
    return store;
  }

  private static StoreFile find(String tenant, String storeId, String fileId) {
    store(tenant, storeId, LockModeType.NONE);
    return StoreFile.<StoreFile>find("storeId = ?1 and fileId = ?2", storeId, fileId)
        .firstResultOptional()
        .orElseThrow(() -> Refusal.notFound("file in this vector store", fileId));
  }
}
