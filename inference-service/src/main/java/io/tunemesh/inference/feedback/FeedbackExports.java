package io.tunemesh.inference.feedback;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.inference.file.FileTold;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a file of what feedback tells about good answers: chats in OpenAI's shape, a line each,
 * with the completion that each came from. ingest-service takes the file in, and a dataset its
 * rows. An example is in one file, however often it is asked for.
 */
@ApplicationScoped
class FeedbackExports {

  private static final int ROWS_AT_ONCE = 50;

  /** Of several feedbacks on one completion the last one counts. */
  private static final String WAITS =
      """
      f.example AND f.exported_file_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM feedback later
                        WHERE later.tenant = f.tenant AND later.seq > f.seq
                          AND later.completion_id = f.completion_id)
        AND NOT EXISTS (SELECT 1 FROM feedback same
                        WHERE same.tenant = f.tenant AND same.completion_id = f.completion_id
                          AND same.exported_file_id IS NOT NULL
                          AND same.corrected IS NOT DISTINCT FROM f.corrected)
      """;

  /** A file that was refused would be again, as long as its examples are the same. */
  private static final Duration PAUSE = Duration.ofDays(1);

  private static final String NONE_REFUSED =
      """
        AND NOT EXISTS (SELECT 1 FROM known_file refused
                        WHERE refused.tenant = f.tenant AND refused.status = 'REJECTED'
                          AND refused.filename LIKE 'feedback-%' AND refused.known_at > :since)
      """;

  private static final String OF =
      """
      f.tenant = :tenant
        AND (CAST(:model AS text) IS NULL OR f.model = :model)
        AND (CAST(:rating AS text) IS NULL OR f.rating = :rating)
        AND %s
      """
          .formatted(WAITS);

  private final EntityManager entities;
  private final BlobStore blobs;
  private final Files files;
  private final FeedbackConfig config;
  private final Loop schedule;

  FeedbackExports(EntityManager entities, BlobStore blobs, Files files, FeedbackConfig config) {
    this.entities = entities;
    this.blobs = blobs;
    this.files = files;
    this.config = config;
    this.schedule = new Loop("feedback-exports", config.lookEvery(), this::exportDue);
  }

  void start(@Observes StartupEvent event) {
    if (isScheduled()) {
      schedule.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    if (isScheduled()) {
      schedule.drain(Duration.ofSeconds(5));
    }
  }

  private boolean isScheduled() {
    return config.exportAt() > 0 || config.exportEvery().isPresent();
  }

  /**
   * A file that will be there soon.
   *
   * @param left how many examples did not fit it
   */
  record Exported(String file, String filename, int examples, long left) {}

  /**
   * Makes a file of the tenant's examples that are in none yet.
   *
   * @param model only of this model; null for all
   * @param rating only of this rating; null for both
   * @return empty if there are none
   */
  @Transactional
  Optional<Exported> export(Scope scope, String model, Feedback.Rating rating) {
    String name = Ids.random("feedback-");
    Lines lines;
    BlobRef blob;
    try (Stream<Feedback> waiting = waiting(scope.tenant(), model, rating)) {
      lines = new Lines(waiting.iterator(), entities);
      if (!lines.hasMoreElements()) {
        return Optional.empty();
      }
      String key = Files.key(scope.tenant(), name + ".jsonl");
      files.expect(key);
      blob = blobs.put(key, new SequenceInputStream(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String filename = "feedback-" + lines.ids().getLast().substring(3, 11) + ".jsonl";
    String file = files.handOver(scope, name, filename, "fine-tune", "messages", blob);
    int marked =
        entities
            .createNativeQuery(
                "UPDATE feedback SET exported_file_id = :file"
                    + " WHERE id IN (:ids) AND exported_file_id IS NULL")
            .setParameter("file", file)
            .setParameter("ids", lines.ids())
            .executeUpdate();
    if (marked != lines.ids().size()) {
      throw new IllegalStateException("examples were exported that were locked here");
    }
    boolean all = marked < config.exportMost() && !lines.isFull();
    long left = all ? 0 : left(scope.tenant(), model, rating);
    return Optional.of(new Exported(file, filename, marked, left));
  }

  /** The examples of a file that ingest-service turned down are in none. */
  void told(@Observes FileTold told) {
    KnownFile file = KnownFile.findById(told.fileId());
    if (file.status() == KnownFile.Status.REJECTED) {
      Feedback.update(
          "exportedFile = null where tenant = ?1 and exportedFile = ?2", file.tenant(), file.id());
    }
  }

  @SuppressWarnings("unchecked")
  private Stream<Feedback> waiting(String tenant, String model, Feedback.Rating rating) {
    return entities
        .createNativeQuery(
            "SELECT f.* FROM feedback f WHERE "
                + OF
                + " ORDER BY f.seq LIMIT :most FOR UPDATE OF f SKIP LOCKED",
            Feedback.class)
        .setParameter("tenant", tenant)
        .setParameter("model", model)
        .setParameter("rating", rating == null ? null : rating.name())
        .setParameter("most", config.exportMost())
        .setHint("org.hibernate.fetchSize", ROWS_AT_ONCE)
        .getResultStream();
  }

  private long left(String tenant, String model, Feedback.Rating rating) {
    return (Long)
        entities
            .createNativeQuery("SELECT count(*) FROM feedback f WHERE " + OF, Long.class)
            .setParameter("tenant", tenant)
            .setParameter("model", model)
            .setParameter("rating", rating == null ? null : rating.name())
            .getSingleResult();
  }

  /** Makes the files whose time has come. */
  void exportDue() {
    for (String tenant : QuarkusTransaction.requiringNew().call(this::due)) {
      Scope scope = new Scope(tenant, null);
      QuarkusTransaction.requiringNew().call(() -> export(scope, null, null));
    }
  }

  /** The tenants of whom there is enough, and of whom no such file was refused of late. */
  @SuppressWarnings("unchecked")
  List<String> due() {
    Instant oldest =
        config.exportEvery().map(every -> Instant.now().minus(every)).orElse(Instant.EPOCH);
    long enough = config.exportAt() > 0 ? config.exportAt() : Long.MAX_VALUE;
    return entities
        .createNativeQuery(
            "SELECT f.tenant FROM feedback f WHERE "
                + WAITS
                + NONE_REFUSED
                + " GROUP BY f.tenant HAVING count(*) >= :enough OR min(f.created_at) < :oldest",
            String.class)
        .setParameter("enough", enough)
        .setParameter("oldest", oldest)
        .setParameter("since", Instant.now().minus(PAUSE))
        .getResultList();
  }
}
