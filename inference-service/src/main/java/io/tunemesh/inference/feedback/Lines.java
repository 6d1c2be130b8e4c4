package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Examples as the lines of a file, one in memory at a time, until the file is long enough. */
final class Lines implements Enumeration<InputStream> {

  /** A file ends with the example that reaches this many bytes. */
  private static final long LONGEST_FILE = 64_000_000;

  /** Of a message, what the recipe of such a file reads. */
  private static final Set<String> FIELDS =
      Set.of("role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call");

  private final Iterator<Feedback> examples;
  private final EntityManager entities;
  private final List<String> ids = new ArrayList<>();
  private long written;

  Lines(Iterator<Feedback> examples, EntityManager entities) {
    this.examples = examples;
    this.entities = entities;
  }

  @Override
  public boolean hasMoreElements() {
    return !isFull() && examples.hasNext();
  }

  @Override
  public InputStream nextElement() {
    Feedback example = examples.next();
    byte[] line = (line(example) + "\n").getBytes(StandardCharsets.UTF_8);
    ids.add(example.id);
    written += line.length;
    entities.detach(example);
    return new ByteArrayInputStream(line);
  }

  boolean isFull() {
    return written >= LONGEST_FILE;
  }

  /** Of the examples that are written. */
  List<String> ids() {
    return ids;
  }

  /** An example as a dataset takes it in, with where it comes from. */
  private static String line(Feedback feedback) {
    try {
      ObjectNode line = Json.MAPPER.createObjectNode();
      ArrayNode messages = line.putArray("messages");
      Json.MAPPER.readTree(feedback.messages).forEach(said -> messages.add(known(said)));
      if (feedback.corrected == null) {
        JsonNode answer = Json.MAPPER.readTree(feedback.answer);
        messages.add(answer);
      } else {
        messages.addObject().put("role", "assistant").put("content", feedback.corrected);
      }
      ArrayNode functions = functions(feedback.tools);
      if (!functions.isEmpty()) {
        line.set("tools", functions);
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

  /** An answer that comes back in a question has all that an engine gave with it. */
  private static JsonNode known(JsonNode message) {
    if (message instanceof ObjectNode fields) {
      fields.retain(FIELDS);
      fields.properties().removeIf(field -> field.getValue().isNull());
    }
    return message;
  }

  /** What may be called, without tools of the gateway such as {@code file_search}. */
  private static ArrayNode functions(String tools) throws JsonProcessingException {
    ArrayNode functions = Json.MAPPER.createArrayNode();
    if (tools != null) {
      Json.MAPPER
          .readTree(tools)
          .valueStream()
          .filter(tool -> tool.path("type").asText("function").equals("function"))
          .forEach(functions::add);
    }
    return functions;
  }
}
