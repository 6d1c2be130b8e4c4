package io.tunemesh.contract.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.schema.Javadocs;
import io.tunemesh.contract.schema.Schemas;
import java.util.List;

/** Makes the AsyncAPI 3.0 document of the mesh from the event types, the topics and the flow. */
final class AsyncApi {

  private static final String KAFKA_BINDING = "0.5.0";

  private final Javadocs docs;
  private final ObjectNode document = Json.MAPPER.createObjectNode();

  AsyncApi(Javadocs docs) {
    this.docs = docs;
  }

  /** The document as the committed file holds it. */
  String yaml() throws JsonProcessingException {
    document.put("asyncapi", "3.0.0");
    info(document.putObject("info"));
    document.put("defaultContentType", "application/json");
    servers(document.putObject("servers"));
    ObjectNode channels = document.putObject("channels");
    for (Topic topic : Topic.values()) {
      channel(channels.putObject(id(topic)), topic);
    }
    ObjectNode operations = document.putObject("operations");
    for (String party : Flow.parties()) {
      operations(operations, party);
    }
    components(document.putObject("components"));
    return YAMLMapper.builder()
        .disable(Feature.WRITE_DOC_START_MARKER)
        .disable(Feature.SPLIT_LINES)
        .enable(Feature.MINIMIZE_QUOTES)
        .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
        .build()
        .writeValueAsString(document);
  }

  private static void info(ObjectNode info) {
    info.put("title", "Tunemesh");
    info.put("version", "1.0.0");
    info.put(
        "description",
        "Files become tuned models by these events. Each is a CloudEvent 1.0 in Kafka's binary"
            + " content mode: its attributes are record headers, its data is the record's value."
            + " Changes are additive; a reader passes over fields that it does not know.");
  }

  private static void servers(ObjectNode servers) {
    ObjectNode mesh = servers.putObject("mesh");
    mesh.put("host", "{bootstrap}");
    mesh.put("protocol", "kafka");
    mesh.put("description", "The mesh's Kafka.");
    mesh.putObject("variables")
        .putObject("bootstrap")
        .put(
            "description",
            "Host and port of a broker. `./mesh status --json` prints the local stack's as `kafka`.");
  }

  private static void channel(ObjectNode channel, Topic topic) {
    channel.put("address", topic.topicName());
    channel.put(
        "description",
        (topic.compacted()
                ? "Kafka keeps the last event of each key."
                : "Kafka keeps all events for a time.")
            + " A service puts the records that it cannot handle into `"
            + topic.deadLetterOf("{service}")
            + "`.");
    ObjectNode messages = channel.putObject("messages");
    for (EventType type : Flow.in(topic)) {
      messages.putObject(name(type)).put("$ref", "#/components/messages/" + name(type));
    }
    ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
    kafka.put("topic", topic.topicName());
    kafka
        .putObject("topicConfiguration")
        .putArray("cleanup.policy")
        .add(topic.compacted() ? "compact" : "delete");
    kafka.put("bindingVersion", KAFKA_BINDING);
  }

  private static void operations(ObjectNode operations, String party) {
    for (Topic topic : Topic.values()) {
      List<EventType> sent = Flow.sent(party, topic);
      if (!sent.isEmpty()) {
        operation(operations, party, "send", topic, sent);
      }
    }
    for (Topic topic : Flow.received(party)) {
      operation(operations, party, "receive", topic, Flow.in(topic));
    }
  }

  private static void operation(
      ObjectNode operations, String party, String action, Topic topic, List<EventType> types) {
    ObjectNode operation = operations.putObject(party + "." + action + "." + id(topic));
    operation.put("action", action);
    operation.put("summary", "%s %ss %s.".formatted(party, action, topic.topicName()));
    operation.putArray("tags").addObject().put("name", party);
    operation.putObject("channel").put("$ref", "#/channels/" + id(topic));
    ArrayNode messages = operation.putArray("messages");
    for (EventType type : types) {
      messages
          .addObject()
          .put("$ref", "#/channels/%s/messages/%s".formatted(id(topic), name(type)));
    }
  }

  private void components(ObjectNode components) {
    ObjectNode messages = components.putObject("messages");
    for (EventType type : EventType.values()) {
      message(messages.putObject(name(type)), type);
    }
    CloudEventHeaders.describe(components.putObject("schemas").putObject("CloudEventHeaders"));
  }

  private void message(ObjectNode message, EventType type) {
    message.put("name", type.typeName());
    message.put("title", name(type));
    message.put("summary", docs.of(type.payload()));
    message.put("description", "Example: `src/main/resources/golden/" + name(type) + ".json`.");
    message.put("contentType", "application/json");
    ObjectNode headers = message.putObject("headers");
    headers.put("type", "object");
    headers.putArray("allOf").addObject().put("$ref", "#/components/schemas/CloudEventHeaders");
    ObjectNode properties = headers.putObject("properties");
    properties.putObject("ce_type").put("const", type.typeName());
    properties.putObject("ce_dataschema").put("const", type.dataSchema());
    message
        .putObject("payload")
        .put("$ref", "./src/main/resources/schemas/" + name(type) + ".json");
    ObjectNode kafka = message.putObject("bindings").putObject("kafka");
    kafka
        .putObject("key")
        .put("type", "string")
        .put("description", "`" + key(type) + "` of the data; equal to `ce_subject`.");
    kafka.put("bindingVersion", KAFKA_BINDING);
  }

  private static String name(EventType type) {
    return type.payload().getSimpleName();
  }

  /** The field that {@code Event.subject()} gives: the first of every record. */
  static String key(EventType type) {
    return Schemas.name(type.payload().getRecordComponents()[0].getName());
  }

  private static String id(Topic topic) {
    return topic.topicName().substring("tunemesh.".length());
  }
}
