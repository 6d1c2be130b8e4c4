package io.tunemesh.ingest.upload;

import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The uploads in parts of all tenants. A row's lock decides between a part and the end. */
@ApplicationScoped
public class PartUploads {

  /** Parts that are put together while the row is locked; 512 MB take some seconds. */
  private static final int COMPLETION_SECONDS = 600;

  /** Room for parts that are sent again with other bounds. */
  private static final int SPARE = 2;

  private static final int MAX_PARTS = 10_000;

  private final EntityManager entities;
  private final Uploads uploads;
  private final PartBytes bytes;

  PartUploads(EntityManager entities, Uploads uploads, PartBytes bytes) {
    this.entities = entities;
    this.uploads = uploads;
    this.bytes = bytes;
  }

  @Transactional
  void add(PartUpload upload) {
    upload.persist();
  }

  /** The tenant's upload of that id, with its parts. */
  @Transactional
  PartUploadObject get(String tenant, String id) {
    return object(find(tenant, id, LockModeType.NONE));
  }

  /** Notes that a part comes; the same one again has no effect. */
  @Transactional
  UploadPart expect(String tenant, String id, UploadPart part) {
    PartUpload upload = find(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    upload.requirePending();
    List<UploadPart> parts = parts(id, false);
    for (UploadPart known : parts) {
      if (known.id().equals(part.id())) {
        return known;
      }
    }
    long total = part.bytes() + parts.stream().mapToLong(UploadPart::bytes).sum();
    if (total > SPARE * upload.bytes() || parts.size() == MAX_PARTS) {
      throw Refusal.invalid(
          "too_many_parts",
          "The parts have more bytes than the %,d that were said, twice over; cancel the upload."
              .formatted(upload.bytes()),
          "data");
    }
    entities
        .createNativeQuery(
            """
            INSERT INTO upload_part (id, upload_id, sha256, bytes, created_at)
            VALUES (:id, :upload, :sha256, :bytes, :now)
            """)
        .setParameter("id", part.id())
        .setParameter("upload", id)
        .setParameter("sha256", part.sha256())
        .setParameter("bytes", part.bytes())
        .setParameter("now", Instant.ofEpochSecond(part.createdAt()))
        .executeUpdate();
    return part;
  }

  /** A part's bytes are there. Refuses one whose upload has ended while they were stored. */
  @Transactional
  void stored(String tenant, UploadPart part) {
    find(tenant, part.uploadId(), LockModeType.PESSIMISTIC_WRITE).requirePending();
    entities
        .createNativeQuery("UPDATE upload_part SET stored = true WHERE id = :id")
        .setParameter("id", part.id())
        .executeUpdate();
  }

  /**
   * Makes a file of the parts, in the order of their ids; again, it gives the file that was made.
   * Concurrent calls wait for each other, so that the bytes are those of one of them.
   *
   * @param md5 of all bytes, in hexadecimal; may be null
   */
  @Transactional
  @TransactionConfiguration(timeout = COMPLETION_SECONDS)
  PartUploadObject complete(String tenant, String id, List<String> partIds, String md5)
      throws IOException {
    PartUpload upload = find(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    if (upload.status() != PartUploadStatus.COMPLETED) {
      upload.requirePending();
      var content = bytes.join(upload, parts(id, true), partIds, md5);
      upload.complete();
      uploads.receive(upload.file(), content);
    }
    return object(upload);
  }

  @Transactional
  PartUploadObject cancel(String tenant, String id) {
    PartUpload upload = find(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    upload.cancel();
    return object(upload);
  }

  private PartUploadObject object(PartUpload upload) {
    Upload file = upload.fileId() == null ? null : entities.find(Upload.class, upload.fileId());
    return PartUploadObject.of(upload, file, parts(upload.id(), true));
  }

  private PartUpload find(String tenant, String id, LockModeType lock) {
    return PartUpload.<PartUpload>find("id = ?1 and tenant = ?2", id, tenant)
        .withLock(lock)
        .firstResultOptional()
        .orElseThrow(() -> Refusal.notFound("upload", id));
  }

  private List<UploadPart> parts(String id, boolean onlyStored) {
    List<Object[]> rows =
        entities
            .createNativeQuery(
                "SELECT id, CAST(EXTRACT(EPOCH FROM created_at) AS bigint), bytes, sha256"
                    + " FROM upload_part WHERE upload_id = :id AND (stored OR NOT :only)"
                    + " ORDER BY seq",
                Object[].class)
            .setParameter("id", id)
            .setParameter("only", onlyStored)
            .getResultList();
    return rows.stream()
        .map(
            row ->
                UploadPart.of(
                    (String) row[0],
                    Instant.ofEpochSecond(((Number) row[1]).longValue()),
                    id,
                    ((Number) row[2]).longValue(),
                    (String) row[3]))
        .toList();
  }
}
