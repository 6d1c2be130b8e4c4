package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Knows a file that a client sends again because the answer was lost: by its {@code
 * Idempotency-Key} for a day, or, as OpenAI's client libraries send none, by their count of tries
 * together with all that was asked, for an hour, unless it was rejected.
 */
@ApplicationScoped
public class SentAgain {

  /**
   * How a file was sent.
   *
   * @param key the client's {@code Idempotency-Key}; may be null
   * @param again the client says that it sent it before
   * @param began when the first of this try came, which may be long before the last
   */
  record Sending(String key, boolean again, Instant began) {}

  private final EntityManager entities;
  private final Uploads uploads;
  private final UploadConfig config;

  SentAgain(EntityManager entities, Uploads uploads, UploadConfig config) {
    this.entities = entities;
    this.uploads = uploads;
    this.config = config;
  }

  /**
   * Takes in a file whose bytes are stored, unless it is there already: then it is that one that is
   * returned. Of tries at the same time one is taken in.
   */
  @Transactional
  Upload receive(NewUpload asked, BlobRef content, Sending sending) {
    String tenant = asked.scope().tenant();
    String fingerprint = fingerprint(asked, content);
    lock(tenant, sending.key() == null ? fingerprint : sending.key());
    Optional<Upload> earlier =
        sending.key() == null
            ? same(tenant, fingerprint, sending)
            : keyed(tenant, fingerprint, sending.key());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    entities
        .createNativeQuery(
            """
            INSERT INTO sent_file (tenant, fingerprint, key, file_id, again, created_at)
            VALUES (:tenant, :fingerprint, :key, :file, :again, :now)
            """)
        .setParameter("tenant", tenant)
        .setParameter("fingerprint", fingerprint)
        .setParameter("key", sending.key())
        .setParameter("file", asked.id())
        .setParameter("again", sending.again())
        .setParameter("now", Instant.now())
        .executeUpdate();
    return uploads.receive(asked, content);
  }

  private Optional<Upload> keyed(String tenant, String fingerprint, String key) {
    List<Object[]> found =
        entities
            .createNativeQuery(
                "SELECT file_id, fingerprint FROM sent_file WHERE tenant = :tenant AND key = :key",
                Object[].class)
            .setParameter("tenant", tenant)
            .setParameter("key", key)
            .getResultList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!found.getFirst()[1].equals(fingerprint)) {
      throw new Refusal(
          new Problem(
              422,
              "idempotency_key_reused",
              "The Idempotency-Key came with another file before; choose a new one.",
              "Idempotency-Key"));
    }
    Optional<Upload> file = file((String) found.getFirst()[0]);
    if (file.isEmpty()) {
      entities
          .createNativeQuery("DELETE FROM sent_file WHERE tenant = :tenant AND key = :key")
          .setParameter("tenant", tenant)
          .setParameter("key", key)
          .executeUpdate();
    }
    return file;
  }

  /** What came before this try; or, if this is the first one that is only late, its repetition. */
  private Optional<Upload> same(String tenant, String fingerprint, Sending sending) {
    Instant since =
        sending.again() ? sending.began().minus(config.sentAgainWithin()) : sending.began();
    List<String> found =
        entities
            .createNativeQuery(
                """
                SELECT file_id FROM sent_file
                WHERE tenant = :tenant AND fingerprint = :fingerprint AND created_at > :since
                  AND key IS NULL AND (again OR :again) ORDER BY seq DESC LIMIT 1
                """,
                String.class)
            .setParameter("tenant", tenant)
            .setParameter("fingerprint", fingerprint)
            .setParameter("since", since)
            .setParameter("again", sending.again())
            .getResultList();
    return found.stream()
        .findFirst()
        .flatMap(this::file)
        .filter(upload -> upload.status() != UploadStatus.REJECTED);
  }

  private Optional<Upload> file(String id) {
    return Optional.ofNullable(entities.find(Upload.class, id))
        .filter(upload -> upload.status() != UploadStatus.DELETED);
  }

  private void lock(String tenant, String what) {
    entities
        .createNativeQuery(
            "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:what, 0))", Integer.class)
        .setParameter("what", "sent_file/" + tenant + "/" + what)
        .getSingleResult();
  }

  /** A run that follows from the file's id is not part of what was asked. */
  private static String fingerprint(NewUpload asked, BlobRef content) {
    boolean derived =
        asked.plan() != null
            && io.tunemesh.platform.event.Ids.derived("run-", asked.id())
                .equals(asked.scope().run());
    try {
      return Digests.sha256(
          Json.MAPPER.writeValueAsBytes(
              Arrays.asList(
                  content.sha256(),
                  content.bytes(),
                  asked.filename(),
                  asked.purpose(),
                  asked.recipe(),
                  asked.plan(),
                  derived ? null : asked.scope().run())));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
