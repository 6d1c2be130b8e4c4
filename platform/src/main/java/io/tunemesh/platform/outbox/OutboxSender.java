package io.tunemesh.platform.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.tunemesh.contract.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Sends the oldest events of the outbox and deletes those that Kafka has acknowledged. */
@ApplicationScoped
class OutboxSender {

  private static final Logger LOG = Logger.getLogger(OutboxSender.class);
  private static final int BATCH = 500;

  /** Of one batch in memory; an event that takes it beyond this is its last. */
  private static final int BATCH_BYTES = 8_000_000;

  private static final String OLDEST =
      """
      SELECT seq, topic, key, headers, value
      FROM outbox JOIN (
        SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS before
        FROM (SELECT seq, octet_length(value) AS bytes FROM outbox ORDER BY seq LIMIT %d) AS oldest
      ) AS sized USING (seq)
      WHERE before < %d
      ORDER BY seq
      """
          .formatted(BATCH, BATCH_BYTES);

  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

  private final MutinyEmitter<byte[]> kafka;
  private final Counter sent;

  OutboxSender(
      @Channel("outbox") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> kafka,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.sent = meters.counter("tunemesh.outbox.sent");
  }

  /**
   * Sends one batch, of some megabytes at most however much has gathered, and waits for its
   * acknowledgements. Each key's events go one after another, those behind one that Kafka refuses
   * with the next batch: the connector tries each again by itself, so that a later one could
   * overtake it. Returns how many were sent.
   */
  int sendBatch(Connection connection) throws SQLException {
    List<Long> sequence = new ArrayList<>();
    List<CompletableFuture<Void>> acknowledgements = new ArrayList<>();
    Map<String, CompletableFuture<Void>> latest = new HashMap<>();
    try (var query = connection.prepareStatement(OLDEST);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        Message<byte[]> message = message(row);
        sequence.add(row.getLong(1));
        acknowledgements.add(
            latest.compute(
                row.getString(3),
                (key, before) ->
                    before == null ? send(message) : before.thenCompose(done -> send(message))));
      }
    }
    CompletionException refused = null;
    List<Long> acknowledged = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      try {
        acknowledgements.get(i).join();
        acknowledged.add(sequence.get(i));
      } catch (CompletionException e) {
        if (refused == null || refused.getCause() != e.getCause()) {
          LOG.warnf("Kafka did not take an event, seq=%d cause=%s", sequence.get(i), e.getCause());
        }
        refused = e;
      }
    }
    delete(connection, acknowledged);
    sent.increment(acknowledged.size());
    if (refused != null) {
      throw refused;
    }
    return sequence.size();
  }

  private CompletableFuture<Void> send(Message<byte[]> message) {
    return kafka.sendMessage(message).subscribeAsCompletionStage();
  }

  private static void delete(Connection connection, List<Long> sent) throws SQLException {
    if (!sent.isEmpty()) {
      try (var delete = connection.prepareStatement("DELETE FROM outbox WHERE seq = ANY (?)")) {
        delete.setArray(1, connection.createArrayOf("bigint", sent.toArray()));
        delete.executeUpdate();
      }
    }
  }

  private static Message<byte[]> message(ResultSet row) throws SQLException {
    RecordHeaders headers = new RecordHeaders();
    try {
      Json.MAPPER
          .readValue(row.getString(4), HEADERS)
          .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable headers in the outbox", e);
    }
    return Message.of(row.getBytes(5))
        .addMetadata(
            OutgoingKafkaRecordMetadata.<String>builder()
                .withTopic(row.getString(2))
                .withKey(row.getString(3))
                .withHeaders(headers)
                .build());
  }
}
