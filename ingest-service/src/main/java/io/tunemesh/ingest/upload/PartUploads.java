package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The uploads in parts of all tenants. A row's lock decides between a part and the end; it is held
 * for no longer than the row is changed.
 */
@ApplicationScoped
public class PartUploads {

  /** Room for parts that are sent again with other bounds. */
  private static final int SPARE = 2;

  private static final int MAX_PARTS = 10_000;

  private final EntityManager entities;
  private final Uploads uploads;

  PartUploads(EntityManager entities, Uploads uploads) {
    this.entities = entities;
    this.uploads = uploads;
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

  /** What is to be put together; an upload that is a file already has no parts any more. */
  record Joining(PartUpload upload, List<UploadPart> parts) {}

  /**
   * Has the claim's owner put the parts together, who is to {@link #renew} it before {@code held}
   * is over.
   *
   * @return empty if another does it at the moment
   */
  @Transactional
  Optional<Joining> join(String tenant, Claim claim, Duration held) {
    PartUpload upload = find(tenant, claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (upload.status() == PartUploadStatus.COMPLETED) {
      if (file(upload) == null) {
        throw Refusal.invalid(
            "file_deleted",
            "The file of the upload '%s' was deleted; create another upload."
                .formatted(upload.id()),
            "upload_id");
      }
      return Optional.of(new Joining(upload, List.of()));
    }
    upload.requirePending();
    if (upload.isJoined()) {
      return Optional.empty();
    }
    upload.join(claim.owner(), Instant.now().plus(held));
    return Optional.of(new Joining(upload, parts(claim.id(), true)));
  }

  /**
   * Keeps the parts for {@code held} from now.
   *
   * @throws LeaseLost if another puts them together, or nobody is to
   */
  @Transactional
  void renew(Claim claim, Duration held) {
    int renewed =
        entities
            .createNativeQuery(
                """
                UPDATE part_upload SET joined_until = :until
                WHERE id = :id AND joiner = :joiner AND status = 'PENDING'
                """)
            .setParameter("until", Instant.now().plus(held))
            .setParameter("id", claim.id())
            .setParameter("joiner", claim.owner())
            .executeUpdate();
    if (renewed == 0) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
  }

  /** Lets others put the parts together. */
  @Transactional
  void leave(Claim claim) {
    entities
        .createNativeQuery(
            """
            UPDATE part_upload SET joiner = NULL, joined_until = NULL
            WHERE id = :id AND joiner = :joiner
            """)
        .setParameter("id", claim.id())
        .setParameter("joiner", claim.owner())
        .executeUpdate();
  }

  /**
   * Makes the bytes that the claim's owner has put together a file.
   *
   * @throws LeaseLost if another has begun to put them together meanwhile
   */
  @Transactional
  PartUploadObject complete(String tenant, Claim claim, BlobRef content) {
    PartUpload upload = find(tenant, claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (upload.status() != PartUploadStatus.COMPLETED) {
      upload.requirePending();
      if (!upload.isJoinedBy(claim.owner())) {
        throw new LeaseLost(claim.id(), claim.fence());
      }
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
    return PartUploadObject.of(upload, file(upload), parts(upload.id(), true));
  }

  /** Null where there is none yet, or none any more. */
  private Upload file(PartUpload upload) {
    Upload file = upload.fileId() == null ? null : entities.find(Upload.class, upload.fileId());
    return file == null || file.status() == UploadStatus.DELETED ? null : file;
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
