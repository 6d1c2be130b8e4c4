package io.tunemesh.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads and writes envelopes in the binary content mode of the CloudEvents 1.0 Kafka binding:
 * attributes are headers {@code ce_*}, the record's value is the data as JSON.
 */
public final class CloudEvents {

  private static final int LONGEST_ATTRIBUTE = 256;

  private CloudEvents() {}

  /** The headers of {@code envelope}'s Kafka record. Absent attributes have none. */
  public static Map<String, String> headers(Envelope<?> envelope) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", envelope.id());
    headers.put("ce_source", envelope.source());
    headers.put("ce_type", envelope.type().typeName());
    headers.put("ce_subject", envelope.data().subject());
    headers.put("ce_time", envelope.time().toString());
    headers.put("ce_dataschema", envelope.type().dataSchema());
    headers.put("ce_tenant", envelope.tenant());
    headers.put("ce_run", envelope.run());
    headers.put("ce_traceparent", envelope.traceparent());
    headers.put("content-type", "application/json");
    headers.values().removeIf(v -> v == null);
    return headers;
  }

  /** The value of {@code envelope}'s Kafka record. */
  public static byte[] value(Envelope<?> envelope) {
    try {
      return Json.MAPPER.writeValueAsBytes(envelope.data());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("an event that is not JSON: " + envelope.type(), e);
    }
  }

  /**
   * Reads a Kafka record.
   *
   * @param header gives a header's text, or null where there is none
   * @throws MalformedEvent if a required attribute is missing, the tenant's name is none, the type
   *     is unknown, or the value is no such event
   */
  public static Envelope<? extends Event> read(UnaryOperator<String> header, byte[] value) {
    EventType type = EventType.named(required(header, "ce_type"));
    if (value == null) {
      throw new MalformedEvent("an event without data: " + type.typeName());
    }
    Event data;
    try {
      data = Json.MAPPER.readValue(value, type.payload());
    } catch (IOException e) {
      throw new MalformedEvent(
          "the data is no " + type.payload().getSimpleName() + ": " + e.getMessage(), e);
    }
    if (data == null || data.subject() == null || data.subject().isBlank()) {
      throw new MalformedEvent("the data of " + type.typeName() + " names no aggregate");
    }
    return new Envelope<>(
        required(header, "ce_id"),
        required(header, "ce_source"),
        time(header.apply("ce_time")),
        tenant(required(header, "ce_tenant")),
        checked("ce_run", header.apply("ce_run")),
        checked("ce_traceparent", header.apply("ce_traceparent")),
        data);
  }

  private static String tenant(String name) {
    if (!Tenants.isName(name)) {
      throw new MalformedEvent("ce_tenant is '%s'; %s".formatted(name, Tenants.RULE));
    }
    return name;
  }

  private static Instant time(String text) {
    try {
      return text == null ? Instant.now() : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new MalformedEvent("ce_time is no RFC 3339 time: " + text, e);
    }
  }

  private static String required(UnaryOperator<String> header, String name) {
    String text = header.apply(name);
    if (text == null || text.isBlank()) {
      throw new MalformedEvent("the header " + name + " is missing");
    }
    return checked(name, text);
  }

  private static String checked(String name, String text) {
    if (text == null) {
      return null;
    }
    if (text.length() > LONGEST_ATTRIBUTE || text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedEvent(
          "the header %s is longer than %d characters or has a control character"
              .formatted(name, LONGEST_ATTRIBUTE));
    }
    return text;
  }
}
