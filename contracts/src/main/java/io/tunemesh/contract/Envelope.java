package io.tunemesh.contract;

import java.time.Instant;
import java.util.Objects;

/**
 * An event with its CloudEvents 1.0 context.
 *
 * @param id unique for ever; the inbox of a consumer holds it
 * @param source the service that owns the fact, as {@code /ingest-service}
 * @param tenant whose data it is; never empty
 * @param run ties the events of one plan together; may be null
 * @param traceparent W3C trace context; may be null
 */
public record Envelope<E extends Event>(
    String id, String source, Instant time, String tenant, String run, String traceparent, E data) {

  public Envelope {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(data, "data");
  }

  /**
   * What tells this event from every other: CloudEvents makes {@code source} and {@code id} unique
   * together, and tenants choose theirs without knowing of each other.
   */
  public String key() {
    return tenant + " " + source + " " + id;
  }

  /** The type of the event that this envelope holds. */
  public EventType type() {
    return EventType.of(data.getClass());
  }
}
