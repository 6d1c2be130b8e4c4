package io.tunemesh.trainer.api;

import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.trainer.job.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Knows a request that is sent again because its answer was lost. OpenAI's SDK sends no
 * Idempotency-Key then, only {@code x-stainless-retry-count} above 0: with it, the same body by the
 * same sender is the same request, within as long as that many tries may last, {@link
 * Jobs#SENT_AGAIN} at most, and unless its job is of no use. An Idempotency-Key, where there is
 * one, decides alone, for a day.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Resends {

  private final EntityManager database;
  private final Locks locks;

  Resends(EntityManager database, Locks locks) {
    this.database = database;
    this.locks = locks;
  }

  /**
   * The job that the request has made already. Until the transaction ends no other request of this
   * body or key is looked at.
   *
   * @throws Refusal if the key came with another body before
   */
  Optional<String> jobOf(Sent sent) {
    locks.take("job-request/" + sent.sender() + "/" + sent.lockName());
    if (sent.key() != null) {
      List<?> found =
          database
              .createNativeQuery(
                  "SELECT job_id, body_sha256 FROM job_request WHERE sender = :sender AND"
                      + " idempotency_key = :key")
              .setParameter("sender", sent.sender())
              .setParameter("key", sent.key())
              .getResultList();
      return found.stream().findFirst().map(row -> sameBody(sent, (Object[]) row));
    }
    if (sent.retry() == 0) {
      return Optional.empty();
    }
    List<?> found =
        database
            .createNativeQuery(
                "SELECT job_id FROM job_request sent JOIN training_job job ON job.id = job_id"
                    + " WHERE sender = :sender AND body_sha256 = :body"
                    + " AND sent.created_at > now() - make_interval(secs => :seconds)"
                    + " AND job.status NOT IN ('FAILED', 'CANCELLED')"
                    + " ORDER BY sent.created_at DESC LIMIT 1",
                String.class)
            .setParameter("sender", sent.sender())
            .setParameter("body", sent.digest())
            .setParameter("seconds", (double) sent.within().toSeconds())
            .getResultList();
    return found.stream().findFirst().map(String.class::cast);
  }

  /** Remembers which job the request made. */
  void remember(Sent sent, String jobId) {
    database
        .createNativeQuery("DELETE FROM job_request WHERE created_at < now() - interval '1 day'")
        .executeUpdate();
    database
        .createNativeQuery(
            "INSERT INTO job_request (job_id, sender, idempotency_key, body_sha256, created_at)"
                + " VALUES (:job, :sender, :key, :body, now())")
        .setParameter("job", jobId)
        .setParameter("sender", sent.sender())
        .setParameter("key", sent.key())
        .setParameter("body", sent.digest())
        .executeUpdate();
  }

  /** How often an SDK whose header is {@code count}, which may be null, has tried before. */
  static int retries(String count) {
    return count != null && count.matches("\\d{1,4}") ? Integer.parseInt(count) : 0;
  }

  private static String sameBody(Sent sent, Object[] row) {
    if (!sent.digest().equals(row[1])) {
      throw Refusal.invalid(
          "idempotency_key_reused",
          "The Idempotency-Key came with another body before. Use a new key for a new request.",
          "Idempotency-Key");
    }
    return (String) row[0];
  }

  /**
   * A request as it was sent.
   *
   * @param sender tenant and key's name
   * @param key the Idempotency-Key, or null
   * @param retry how often the SDK has tried before
   */
  record Sent(String sender, String key, int retry, String digest) {

    /** How long an SDK waits for the answer of one try. */
    private static final Duration TRY = Duration.ofMinutes(10);

    static Sent of(String sender, String key, String retryCount, String body) {
      return new Sent(
          sender,
          key == null || key.isBlank() ? null : key,
          retries(retryCount),
          Digests.sha256(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** How long ago the first try may have been. */
    Duration within() {
      Duration tries = TRY.multipliedBy(retry + 1L);
      return tries.compareTo(Jobs.SENT_AGAIN) < 0 ? tries : Jobs.SENT_AGAIN;
    }

    String lockName() {
      return key == null ? digest : key;
    }
  }
}
