package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.file.Files;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

  /** A file ends with the example that reaches this many bytes. */
  private static final int LONGEST_FILE = 64_000_000;

  private static final int ROWS_AT_ONCE = 50;

  /** Of several feedbacks on one completion the last one counts. */
  private static final String WAITS =
      """
      f.example AND f.exported_file_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM feedback later
                        WHERE later.tenant = f.tenant AND later.seq > f.seq
                          AND later.completion_id = f.completion_id)
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
    List<Feedback> examples = new ArrayList<>();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (Stream<Feedback> waiting = waiting(scope.tenant(), model, rating)) {
      var next = waiting.iterator();
      while (lines.size() < LONGEST_FILE && next.hasNext()) {
        Feedback example = next.next();
        lines.writeBytes((line(example) + "\n").getBytes(StandardCharsets.UTF_8));
        examples.add(example);
      }
    }
    if (examples.isEmpty()) {
      return Optional.empty();
    }
    String name = Ids.random("feedback-");
    String filename = "feedback-" + examples.getLast().id.substring(3, 11) + ".jsonl";
    BlobRef blob = store(Files.key(scope.tenant(), name + ".jsonl"), lines.toByteArray());
    String file = files.handOver(scope, name, filename, "fine-tune", "messages", blob);
    examples.forEach(example -> example.exported(file));
    entities.flush();
    boolean all = examples.size() < config.exportMost() && lines.size() < LONGEST_FILE;
    long left = all ? 0 : left(scope.tenant(), model, rating);
    return Optional.of(new Exported(file, filename, examples.size(), left));
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

  private BlobRef store(String key, byte[] lines) {
    try {
      return blobs.put(key, new ByteArrayInputStream(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An example as a dataset takes it in, with where it comes from. */
  static String line(Feedback feedback) {
    try {
      ObjectNode line = Json.MAPPER.createObjectNode();
      ArrayNode messages = line.putArray("messages");
      messages.addAll((ArrayNode) Json.MAPPER.readTree(feedback.messages));
      if (feedback.corrected == null) {
        JsonNode answer = Json.MAPPER.readTree(feedback.answer);
        messages.add(answer);
      } else {
        messages.addObject().put("role", "assistant").put("content", feedback.corrected);
      }
      line.put("feedback_id", feedback.id);
      line.put("completion_id", feedback.completion);
      line.put("model", feedback.model);
      line.put("rating", feedback.rating.wire());
      return line.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a feedback that is no JSON: " + feedback.id, e);
    }
  }

  /** Makes the files whose time has come. */
  void exportDue() {
    for (String tenant : QuarkusTransaction.requiringNew().call(this::due)) {
      Scope scope = new Scope(tenant, null);
      QuarkusTransaction.requiringNew().call(() -> export(scope, null, null));
    }
  }

  @SuppressWarnings("unchecked")
  List<String> due() {
    Instant oldest =
        config.exportEvery().map(every -> Instant.now().minus(every)).orElse(Instant.EPOCH);
    long enough = config.exportAt() > 0 ? config.exportAt() : Long.MAX_VALUE;
    return entities
        .createNativeQuery(
            "SELECT f.tenant FROM feedback f WHERE "
                + WAITS
                + " GROUP BY f.tenant HAVING count(*) >= :enough OR min(f.created_at) < :oldest",
            String.class)
        .setParameter("enough", enough)
        .setParameter("oldest", oldest)
        .getResultList();
  }
}
