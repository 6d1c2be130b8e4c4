package io.tunemesh.platform.event;

import io.tunemesh.contract.Envelope;
import java.util.Objects;

/**
 * For whom and as part of what something happens; passed from each event to the events that it
 * causes.
 *
 * @param run may be null
 * @param traceparent may be null
 */
public record Scope(String tenant, String run, String traceparent) {

  public Scope {
    Objects.requireNonNull(tenant, "tenant");
  }

  public Scope(String tenant, String run) {
    this(tenant, run, null);
  }

  /** The scope of an event that came in. */
  public static Scope of(Envelope<?> envelope) {
    return new Scope(envelope.tenant(), envelope.run(), envelope.traceparent());
  }
}
