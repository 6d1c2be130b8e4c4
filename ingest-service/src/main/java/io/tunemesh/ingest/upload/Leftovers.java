package io.tunemesh.ingest.upload;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of what has ended. */
@ApplicationScoped
class Leftovers {

  private final EntityManager entities;

  Leftovers(EntityManager entities) {
    this.entities = entities;
  }

  /** Uploads in parts that have ended and whose parts may still be there. */
  @Transactional
  List<String> uploads() {
    return entities
        .createNativeQuery(
            """
            SELECT id FROM part_upload
            WHERE NOT purged AND (status <> 'PENDING' OR expires_at < :now)
              AND (joined_until IS NULL OR joined_until < :now)
            ORDER BY expires_at LIMIT 100
            """,
            String.class)
        .setParameter("now", Instant.now())
        .getResultList();
  }

  /**
   * The ids of an upload's parts; from now on it takes no more. Empty where they are needed still:
   * someone may have begun to put them together since the upload was found to have ended.
   */
  @Transactional
  Optional<List<String>> parts(String upload) {
    PartUpload ended = entities.find(PartUpload.class, upload, LockModeType.PESSIMISTIC_WRITE);
    ended.expire();
    if (ended.status() == PartUploadStatus.PENDING) {
      return Optional.empty();
    }
    return Optional.of(
        entities
            .createNativeQuery("SELECT id FROM upload_part WHERE upload_id = :id", String.class)
            .setParameter("id", upload)
            .getResultList());
  }

  /** Whether the upload was completed. */
  @Transactional
  boolean becameAFile(String upload) {
    return entities.find(PartUpload.class, upload).fileId() != null;
  }

  /** Notes that the parts' bytes are gone. */
  @Transactional
  void purged(String upload) {
    for (String change :
        List.of(
            "DELETE FROM upload_part WHERE upload_id = :id",
            "UPDATE part_upload SET purged = true WHERE id = :id")) {
      entities.createNativeQuery(change).setParameter("id", upload).executeUpdate();
    }
  }

  /**
   * Those of {@code ids} that are files. Of a deleted one whose bytes were removed there are none:
   * a store that was writing meanwhile may have brought some back.
   */
  @Transactional
  List<String> known(List<String> ids) {
    return entities
        .createNativeQuery(
            """
            SELECT id FROM upload
            WHERE id IN (:ids) AND NOT (status = 'DELETED' AND purged)
            """,
            String.class)
        .setParameter("ids", ids)
        .getResultList();
  }

  /** By what a blob store knows the database that its uploads are in. */
  @Transactional
  String owner() {
    return entities
        .createNativeQuery("SELECT id FROM blob_owner", String.class)
        .getSingleResult()
        .toString();
  }

  /** Forgets what was sent longer ago than {@code kept}. */
  @Transactional
  void forgetSent(Duration kept) {
    entities
        .createNativeQuery("DELETE FROM sent_file WHERE created_at < :before")
        .setParameter("before", Instant.now().minus(kept))
        .executeUpdate();
  }
}
