package io.tunemesh.platform.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.tunemesh.contract.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Joins the traces of HTTP and of events: an event carries the span that published it as its {@code
 * traceparent}, and what handles it is a child of that span, in whatever service. Where tracing is
 * off, a {@code traceparent} that came in is passed on as it is.
 */
@ApplicationScoped
public class Traces {

  private static final Pattern W3C =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  private final Tracer tracer;

  Traces(OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
    // A disabled SDK makes spans all the same, which nobody would ever see.
    this.tracer = (off ? OpenTelemetry.noop() : telemetry).getTracer("io.tunemesh");
  }

  /** The W3C {@code traceparent} of the current span; null where there is none. */
  public static String current() {
    return written(Span.current().getSpanContext());
  }

  /** {@code traceparent} if it is a well-formed one; null otherwise. */
  public static String wellFormed(String traceparent) {
    return traceparent != null && W3C.matcher(traceparent).matches() ? traceparent : null;
  }

  /** Runs {@code handling} of an event in a span that is a child of the event's publication. */
  public void consume(EventType type, String eventId, String traceparent, Runnable handling) {
    Span span =
        messaging("process", type, SpanKind.CONSUMER, parent(traceparent))
            .setAttribute("cloudevents.event_id", eventId)
            .startSpan();
    try (var scope = span.makeCurrent()) {
      handling.run();
    } catch (RuntimeException e) {
      span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
      throw e;
    } finally {
      span.end();
    }
  }

  /**
   * Notes that an event is published.
   *
   * @param cause the {@code traceparent} of what it follows from, where no span is current; may be
   *     null
   * @return the {@code traceparent} that the event is to carry; may be null
   */
  public String publish(EventType type, String cause) {
    Context parent = Span.current().getSpanContext().isValid() ? Context.current() : parent(cause);
    Span span = messaging("send", type, SpanKind.PRODUCER, parent).startSpan();
    span.end();
    String written = written(span.getSpanContext());
    return written == null ? cause : written;
  }

  private SpanBuilder messaging(String verb, EventType type, SpanKind kind, Context parent) {
    String topic = type.topic().topicName();
    return tracer
        .spanBuilder(verb + " " + topic)
        .setParent(parent)
        .setSpanKind(kind)
        .setAttribute("messaging.system", "kafka")
        .setAttribute("messaging.operation.type", verb)
        .setAttribute("messaging.destination.name", topic)
        .setAttribute("cloudevents.event_type", type.typeName());
  }

  private static Context parent(String traceparent) {
    Matcher parts = W3C.matcher(traceparent == null ? "" : traceparent);
    if (!parts.matches()) {
      return Context.root();
    }
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    parts.group(1),
                    parts.group(2),
                    TraceFlags.fromHex(parts.group(3), 0),
                    TraceState.getDefault())));
  }

  private static String written(SpanContext span) {
    return span.isValid()
        ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex()
        : null;
  }
}
