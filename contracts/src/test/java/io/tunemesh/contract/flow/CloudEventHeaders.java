package io.tunemesh.contract.flow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Tenants;
import java.util.List;

/** The JSON Schema of the headers that every record of the mesh has. */
final class CloudEventHeaders {

  static final List<String> REQUIRED = List.of("ce_id", "ce_source", "ce_type", "ce_tenant");

  private CloudEventHeaders() {}

  /** Writes the schema into {@code schema}. */
  static void describe(ObjectNode schema) {
    schema.put("type", "object");
    schema.put(
        "description",
        "CloudEvents 1.0 attributes; tenant, run and traceparent are extensions. Without a header of"
            + " `required` a record goes to the dead-letter topic.");
    ArrayNode required = schema.putArray("required");
    REQUIRED.forEach(required::add);
    ObjectNode headers = schema.putObject("properties");
    text(headers, "ce_specversion", "The version of CloudEvents.").put("const", "1.0");
    text(headers, "ce_id", "Unique for ever. A record with the same id again has no effect.");
    text(
        headers,
        "ce_source",
        "The service that owns the fact, as `/ingest-service`, or the client.");
    text(headers, "ce_type", "What happened, as `io.tunemesh.upload.parsed.v1`.");
    text(headers, "ce_subject", "The id of the aggregate; equal to the record's key.");
    text(headers, "ce_time", "When it happened.").put("format", "date-time");
    text(headers, "ce_dataschema", "The `$id` of the data's JSON Schema.").put("format", "uri");
    text(headers, "ce_tenant", "Whose data it is.").put("pattern", "^" + Tenants.FORM + "$");
    text(headers, "ce_run", "Ties the events of one plan together.");
    text(headers, "ce_traceparent", "W3C trace context.");
    text(headers, "content-type", "The form of the value.").put("const", "application/json");
  }

  private static ObjectNode text(ObjectNode headers, String name, String description) {
    return headers.putObject(name).put("type", "string").put("description", description);
  }
}
