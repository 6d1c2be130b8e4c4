package io.tunemesh.inference.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.db.JsonText;
import java.time.Duration;
import java.util.Map;

/**
 * What a client asks of a job.
 *
 * @param inputFile the id of the file with its rows
 * @param spec JSON that its kind understands
 * @param metadata the client's own; may be null
 * @param window how long it may take
 */
public record JobWish(
    String inputFile, String spec, Map<String, String> metadata, Duration window) {

  /** Stands for a request that cannot be read: of its spec, the texts that a job shows. */
  static JobWish unread(JobKind kind, ObjectNode body) {
    ObjectNode told = Json.MAPPER.createObjectNode();
    kind.shown().stream()
        .filter(field -> body.path(field).isTextual())
        .forEach(field -> told.set(field, body.get(field)));
    String inputFile = body.path(kind.fileField()).asText("");
    return new JobWish(inputFile, JsonText.of(told), null, Duration.ofHours(24));
  }
}
