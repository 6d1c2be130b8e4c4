package io.tunemesh.ingest.parse;

import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.ingest.upload.UploadStatus;
import io.tunemesh.ingest.upload.Uploads;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who works on which upload. All times are the database's, so that replicas whose clocks differ
 * agree. Every change is refused with {@link LeaseLost} to a worker whose lease is over.
 */
@ApplicationScoped
public class Leases {

  private final EntityManager entities;
  private final Uploads uploads;
  private final Outbox outbox;
  private final DatabaseClock clock;

  Leases(EntityManager entities, Uploads uploads, Outbox outbox, DatabaseClock clock) {
    this.entities = entities;
    this.clock = clock;
    this.uploads = uploads;
    this.outbox = outbox;
  }

  /** Leases the oldest upload that is due to {@code worker}. */
  @Transactional
  public Optional<Upload> next(String worker, Duration lease) {
    List<Upload> due =
        entities
            .createNativeQuery(
                """
                SELECT * FROM upload
                WHERE status IN ('REQUESTED', 'RECEIVED', 'PARSING') AND due_at <= now()
                ORDER BY due_at, seq LIMIT 1 FOR UPDATE SKIP LOCKED
                """,
                Upload.class)
            .getResultList();
    due.forEach(upload -> upload.lease(worker, clock.now().plus(lease)));
    return due.stream().findFirst();
  }

  /** Makes the lease last for another {@code lease} from now. */
  @Transactional
  public void renew(Upload held, String worker, Duration lease) {
    int renewed =
        entities
            .createNativeQuery(
                """
                UPDATE upload SET due_at = :until
                WHERE id = :id AND fence = :fence AND owner = :worker
                """)
            .setParameter("until", clock.now().plus(lease))
            .setParameter("id", held.id())
            .setParameter("fence", held.fence())
            .setParameter("worker", worker)
            .executeUpdate();
    if (renewed == 0) {
      throw new LeaseLost(held.id(), held.fence());
    }
  }

  /** Commits the outcome, with its event, and ends the lease. */
  @Transactional
  public void end(Upload held, Outcome outcome) {
    Upload upload = locked(held);
    if (upload.fence() == held.fence() && upload.status() == UploadStatus.PARSED) {
      return; // committed before; only the database's answer was lost
    }
    switch (outcome) {
      case Outcome.Fetched fetched -> {
        upload.received(held.fence(), fetched.content());
        uploads.announce(upload);
      }
      case Outcome.Parsed parsed -> {
        upload.parsed(held.fence(), parsed.records(), parsed.rows());
        outbox.publish(
            upload.scope(),
            new UploadParsed(
                upload.id(),
                upload.filename(),
                parsed.reading().kind(),
                parsed.records(),
                parsed.rows(),
                parsed.reading().sheets(),
                upload.recipe(),
                upload.plan(),
                parsed.chunks()));
      }
      case Outcome.Rejected rejected -> {
        upload.reject(held.fence(), rejected.code(), rejected.reason());
        uploads.reject(upload, rejected.code(), rejected.reason(), rejected.where());
      }
    }
  }

  /** Gives the upload back, to be taken again after {@code wait}. */
  @Transactional
  public void release(Upload held, Duration wait, boolean fault) {
    locked(held).release(held.fence(), clock.now().plus(wait), fault);
  }

  /**
   * Deleted uploads whose blobs may still be there. Any of them, so that those which cannot be
   * purged do not stand before the others.
   */
  @Transactional
  public List<Upload> toPurge() {
    return entities
        .createNativeQuery(
            """
            SELECT * FROM upload WHERE status = 'DELETED' AND NOT purged
            ORDER BY random() LIMIT 20
            """,
            Upload.class)
        .getResultList();
  }

  /** Notes whether the blobs of a deleted upload are gone. */
  @Transactional
  public void purged(String id, boolean gone) {
    entities
        .createNativeQuery("UPDATE upload SET purged = :gone WHERE id = :id AND status = 'DELETED'")
        .setParameter("gone", gone)
        .setParameter("id", id)
        .executeUpdate();
  }

  private Upload locked(Upload held) {
    Upload upload = entities.find(Upload.class, held.id(), LockModeType.PESSIMISTIC_WRITE);
    if (upload == null) {
      throw new LeaseLost(held.id(), held.fence());
    }
    return upload;
  }
}
