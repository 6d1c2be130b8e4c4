package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;

/** The uploads of all tenants: each change and its event are one transaction. */
@ApplicationScoped
public class Uploads {

  /** What is longer nobody reads, and an event might not hold. */
  private static final int MAX_REASON = 10_000;

  private final Outbox outbox;
  private final EntityManager entities;
  private final Event<UploadArrived> arrived;

  Uploads(Outbox outbox, EntityManager entities, Event<UploadArrived> arrived) {
    this.outbox = outbox;
    this.entities = entities;
    this.arrived = arrived;
  }

  /** Takes in a file whose bytes are stored. */
  @Transactional
  public Upload receive(NewUpload asked, BlobRef content) {
    Upload upload = Upload.received(asked, content);
    upload.persist();
    announce(upload);
    return upload;
  }

  /** Takes in a file whose bytes a worker is to fetch. */
  @Transactional
  public void request(NewUpload asked, BlobRef source) {
    Upload.requested(asked, source).persist();
    arrived.fire(new UploadArrived(asked.id()));
  }

  /** Refuses what an event asked for. */
  @Transactional
  public void refuse(NewUpload asked, String code, String reason, Where where) {
    Upload upload = Upload.refused(asked, code, cut(reason));
    upload.persist();
    reject(upload, code, reason, where);
  }

  /** Says that {@code upload}, which has just been received, is there, and wakes a worker. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void announce(Upload upload) {
    outbox.publish(
        upload.scope(),
        new UploadReceived(
            upload.id(),
            upload.filename(),
            upload.purpose(),
            upload.content(),
            upload.recipe(),
            upload.plan()));
    arrived.fire(new UploadArrived(upload.id()));
  }

  /** Says that {@code upload} cannot be read; without its plan where an event does not hold it. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void reject(Upload upload, String code, String reason, Where where) {
    String file = upload.filename();
    String told = cut(reason);
    try {
      outbox.publish(
          upload.scope(),
          new UploadRejected(upload.id(), file, code, told, where, upload.recipe(), upload.plan()));
    } catch (EventTooLarge e) {
      outbox.publish(
          upload.scope(),
          new UploadRejected(upload.id(), file, code, told, Where.file(file), null, null));
    }
  }

  private static String cut(String reason) {
    return Shown.cut(reason, MAX_REASON) + (reason.length() > MAX_REASON ? "…" : "");
  }

  /** The tenant's upload of that id. */
  @Transactional
  public Upload find(String tenant, String id) {
    return Upload.<Upload>find("id = ?1 and tenant = ?2", id, tenant)
        .firstResultOptional()
        .filter(upload -> upload.status() != UploadStatus.DELETED)
        .orElseThrow(() -> Refusal.notFound("file", id));
  }

  /**
   * Up to {@code limit} uploads of a tenant in the order of their arrival, read without their
   * plans, each of which may be as large as an event.
   *
   * @param purpose null for all
   * @param after the id of the last one seen, which may be deleted since; null for the start
   */
  @Transactional
  public List<FileObject> list(
      String tenant, String purpose, String after, boolean ascending, int limit) {
    long from = ascending ? 0 : Long.MAX_VALUE;
    if (after != null) {
      from =
          Upload.<Upload>find("id = ?1 and tenant = ?2", after, tenant)
              .firstResultOptional()
              .orElseThrow(() -> Refusal.notFound("file", after))
              .seq();
    }
    return entities
        .createQuery(
            """
            select new io.tunemesh.ingest.upload.FileObject(
              id, bytes, createdAt, filename, purpose, status, reason, run, recipe)
            from Upload
            where tenant = ?1 and status <> ?2 and (?3 is null or purpose = ?3) and seq\s"""
                + (ascending ? "> ?4 order by seq" : "< ?4 order by seq desc"),
            FileObject.class)
        .setParameter(1, tenant)
        .setParameter(2, UploadStatus.DELETED)
        .setParameter(3, purpose)
        .setParameter(4, from)
        .setMaxResults(limit)
        .getResultList();
  }

  /**
   * Removes the tenant's upload; its bytes go soon after. Whoever waits for its records is told
   * that there will be none, and whoever has made something of them that they are gone.
   */
  @Transactional
  public void delete(String tenant, String id) {
    Upload upload = find(tenant, id);
    entities.refresh(upload, LockModeType.PESSIMISTIC_WRITE);
    if (upload.status() == UploadStatus.DELETED) {
      throw Refusal.notFound("file", id);
    }
    boolean waitedFor = upload.status().compareTo(UploadStatus.PARSED) < 0;
    upload.delete();
    if (waitedFor) {
      reject(
          upload,
          "deleted",
          "The file was deleted before it was read; upload it again.",
          Where.file(upload.filename()));
    }
    outbox.publish(upload.scope(), new UploadDeleted(id, upload.filename()));
    arrived.fire(new UploadArrived(id));
  }
}
