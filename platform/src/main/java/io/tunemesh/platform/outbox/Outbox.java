package io.tunemesh.platform.outbox;

import io.agroal.api.AgroalDataSource;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.trace.Traces;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where a service puts an event in the transaction that changes its state. The event reaches Kafka
 * at least once if the transaction commits, and never if it does not; events of one key arrive in
 * the order of their transactions.
 */
@ApplicationScoped
public class Outbox {

  /** What fits a record of Kafka's default size with its headers. */
  static final int LARGEST = 900_000;

  private final AgroalDataSource database;
  private final String source;
  private final Traces traces;

  Outbox(
      AgroalDataSource database,
      Traces traces,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.database = database;
    this.traces = traces;
    this.source = "/" + service;
  }

  /**
   * Adds {@code data} to the current transaction, which must exist.
   *
   * @throws EventTooLarge if Kafka would not take it, so that it never holds up those behind it;
   *     the transaction can still commit, for whoever publishes less instead
   */
  @Transactional(value = Transactional.TxType.MANDATORY, dontRollbackOn = EventTooLarge.class)
  public void publish(Scope scope, Event data) {
    publish(scope, UUID.randomUUID().toString(), data);
  }

  /**
   * The same under an id that the sender chose: what is published twice under one id is one event
   * to whoever takes it.
   *
   * @return the event's {@link Envelope#key()}
   */
  @Transactional(value = Transactional.TxType.MANDATORY, dontRollbackOn = EventTooLarge.class)
  public String publish(Scope scope, String eventId, Event data) {
    Envelope<?> envelope =
        new Envelope<>(
            eventId,
            source,
            Instant.now(),
            scope.tenant(),
            scope.run(),
            traces.publish(EventType.of(data.getClass()), scope.traceparent()),
            data);
    byte[] value = CloudEvents.value(envelope);
    if (value.length > LARGEST) {
      throw new EventTooLarge(envelope.type(), value.length);
    }
    try (var connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO outbox (topic, key, headers, value) VALUES (?, ?, ?, ?)")) {
      insert.setString(1, envelope.type().topic().topicName());
      insert.setString(2, data.subject());
      insert.setString(3, Json.MAPPER.writeValueAsString(CloudEvents.headers(envelope)));
      insert.setBytes(4, value);
      insert.executeUpdate();
      return envelope.key();
    } catch (SQLException | com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("the event could not be added to the outbox", e);
    }
  }
}
