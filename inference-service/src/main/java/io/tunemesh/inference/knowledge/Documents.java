package io.tunemesh.inference.knowledge;

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

  /** Counts once for all that wait, which may be very many. */
  private static final String DUE =
      """
      WITH busy AS (
        SELECT tenant, count(*) AS files FROM vector_store_file
        WHERE status = 'IN_PROGRESS' AND lease_until >= now() GROUP BY tenant)
      SELECT f.id FROM vector_store_file f LEFT JOIN busy b ON b.tenant = f.tenant
      WHERE f.status = 'IN_PROGRESS' AND f.not_before <= now()
        AND (f.lease_until IS NULL OR f.lease_until < now())
      ORDER BY coalesce(b.files, 0), f.not_before, f.id
      LIMIT 1
      FOR UPDATE OF f SKIP LOCKED
      """;

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
   * Takes a document; no other replica gets it. The tenant of whom the fewest are read now comes
   * first, and then the document that has waited longest.
   */
  @Transactional
  Optional<StoreFile> claim() {
    Instant now = clock.now();
    Optional<StoreFile> next =
        StoreFile.getEntityManager().createNativeQuery(DUE, String.class).getResultList().stream()
            .findFirst()
            .map(id -> StoreFile.<StoreFile>findById(id));
    next.ifPresent(file -> file.claim(replica.id(), now, now.plus(config.lease())));
    return next;
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
