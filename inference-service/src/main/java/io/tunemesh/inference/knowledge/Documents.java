package io.tunemesh.inference.knowledge;

import io.quarkus.panache.common.Sort;
import io.tunemesh.inference.file.FileTold;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The documents that are on their way into stores. Each write shows the claim's fence, so that a
 * replica that was thought dead changes nothing any more.
 */
@ApplicationScoped
class Documents {

  private static final int SKIP_LOCKED = -2;

  /** Whose document was taken last here. */
  private volatile String lastTenant = "";

  private final ChunkTable chunks;
  private final KnowledgeConfig config;
  private final Replica replica;
  private final DatabaseClock clock;

  Documents(ChunkTable chunks, KnowledgeConfig config, Replica replica, DatabaseClock clock) {
    this.chunks = chunks;
    this.config = config;
    this.replica = replica;
    this.clock = clock;
  }

  /**
   * Takes a document; no other replica gets it. That of another tenant than the last comes first,
   * so that a large stock of one is no wall before the others, and then the one that has waited
   * longest.
   */
  @Transactional
  Optional<StoreFile> claim() {
    Instant now = clock.now();
    Optional<StoreFile> next = due(now, " and tenant <> ?3", lastTenant);
    if (next.isEmpty()) {
      next = due(now, " and tenant = ?3", lastTenant);
    }
    next.ifPresent(file -> lastTenant = file.tenant());
    next.ifPresent(file -> file.claim(replica.id(), now, now.plus(config.lease())));
    return next;
  }

  private static Optional<StoreFile> due(Instant now, String ofWhom, String tenant) {
    return StoreFile.<StoreFile>find(
            "status = ?1 and notBefore <= ?2 and (lease.until is null or lease.until < ?2)"
                + ofWhom,
            Sort.by("notBefore").and("id"),
            StoreFile.Status.IN_PROGRESS,
            now,
            tenant)
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .withHint("jakarta.persistence.lock.timeout", SKIP_LOCKED)
        .page(0, 1)
        .firstResultOptional();
  }

  /** Documents that wait for an upload need wait no more: its fate is known. */
  @Transactional(Transactional.TxType.MANDATORY)
  void uploadTold(@Observes FileTold told) {
    StoreFile.update(
        "notBefore = ?1 where fileId = ?2 and status = ?3",
        clock.now(),
        told.fileId(),
        StoreFile.Status.IN_PROGRESS);
  }

  /** Keeps chunks that are ready; nothing of them can be found before the document is completed. */
  @Transactional
  void add(Claim claim, List<ChunkTable.Kept> ready) {
    held(claim);
    chunks.add(claim.id(), ready);
  }

  /** Begins anew. */
  @Transactional
  void clear(Claim claim) {
    held(claim);
    chunks.clear(claim.id());
  }

  /** The document can be found from now on. */
  @Transactional
  void complete(Claim claim, String filename, int count, long bytes) {
    VectorStore store = store(claim);
    held(claim).complete(filename, count, bytes);
    store.contentChanged(clock.now());
  }

  /** A store is locked before its files, by everyone: its deletion locks them in that order. */
  private static VectorStore store(Claim claim) {
    VectorStore store =
        StoreFile.getEntityManager()
            .createQuery("select storeId from StoreFile where id = ?1", String.class)
            .setParameter(1, claim.id())
            .getResultStream()
            .findFirst()
            .<VectorStore>map(id -> VectorStore.findById(id, LockModeType.PESSIMISTIC_WRITE))
            .orElse(null);
    if (store == null) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    return store;
  }

  /** The document can never be found; what was made of it is removed. */
  @Transactional
  void fail(Claim claim, String code, String reason) {
    StoreFile file = held(claim);
    chunks.clear(claim.id());
    file.fail(code, reason);
  }

  /** The document is taken up again later. */
  @Transactional
  void defer(Claim claim, Duration pause, boolean fault) {
    held(claim).defer(clock.now().plus(pause), fault);
  }

  /** Whether it has waited for its upload for too long. */
  @Transactional
  boolean waitedTooLong(StoreFile file) {
    return file.waitedFor(config.patience(), clock.now());
  }

  private static StoreFile held(Claim claim) {
    StoreFile file = StoreFile.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (file == null || !file.isHeldUnder(claim)) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    return file;
  }
}
