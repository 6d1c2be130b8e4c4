package io.tunemesh.contract.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Committed;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenTest {

  private static final Path FOLDER = Path.of("src/main/resources/golden");

  @ParameterizedTest
  @EnumSource
  void codeWritesTheGoldenEvent(EventType type) throws IOException {
    ObjectNode written = written(Story.of(type));

    Committed.holds(FOLDER.resolve(file(type)), written.toPrettyString() + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadIsWrittenAgain(EventType type) throws IOException {
    JsonNode golden = resource("/golden/" + file(type));

    Envelope<? extends Event> read = read(golden);

    assertThat(read).isEqualTo(Story.of(type));
    assertThat(written(read)).isEqualTo(golden);
  }

  @ParameterizedTest
  @EnumSource
  void goldenDataFitsItsSchema(EventType type) throws IOException {
    JsonNode schema = resource("/schemas/" + file(type));
    JsonNode data = resource("/golden/" + file(type)).get("data");

    assertThat(schema.get("$id").asText()).isEqualTo(type.dataSchema());
    assertThat(schema(schema).validate(data)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void goldenDataNamesAllFieldsOfItsSchemaAndNoOther(EventType type) throws IOException {
    JsonNode schema = resource("/schemas/" + file(type));
    JsonNode data = resource("/golden/" + file(type)).get("data");

    assertThat(data.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(() -> schema.get("properties").fieldNames());
    assertThat(schema(closed(schema)).validate(data)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void schemaRefusesDataWithoutARequiredField(EventType type) throws IOException {
    JsonNode schema = resource("/schemas/" + file(type));
    JsonNode data = resource("/golden/" + file(type)).get("data");

    for (JsonNode name : schema.get("required")) {
      ObjectNode less = data.deepCopy();
      less.remove(name.asText());
      assertThat(schema(schema).validate(less)).as(name.asText()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewerWritersFieldsArePassedOver(EventType type) throws IOException {
    JsonNode golden = resource("/golden/" + file(type));
    JsonNode newer = golden.deepCopy();
    newer.findParents("key").forEach(blob -> ((ObjectNode) blob).put("storage_class", "cold"));
    newer.findParents("name").forEach(part -> ((ObjectNode) part).putArray("newer").add(1));
    ((ObjectNode) newer.get("data")).putObject("newer").put("deep", true);

    assertThat(read(newer)).isEqualTo(read(golden));
    assertThat(schema(resource("/schemas/" + file(type))).validate(withNewField(golden))).isEmpty();
  }

  @Test
  void everyGoldenFileHasItsType() throws IOException {
    List<String> files = Arrays.stream(EventType.values()).map(GoldenTest::file).toList();

    try (var committed = Files.list(FOLDER)) {
      assertThat(committed.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(files);
    }
  }

  private static JsonNode withNewField(JsonNode golden) {
    ObjectNode data = golden.get("data").deepCopy();
    return data.put("newer", true);
  }

  private static String file(EventType type) {
    return type.payload().getSimpleName() + ".json";
  }

  private static ObjectNode written(Envelope<?> envelope) throws IOException {
    ObjectNode golden = Json.MAPPER.createObjectNode();
    golden.set("headers", Json.MAPPER.valueToTree(CloudEvents.headers(envelope)));
    golden.set("data", Json.MAPPER.readTree(CloudEvents.value(envelope)));
    return golden;
  }

  private static Envelope<? extends Event> read(JsonNode golden) throws IOException {
    JsonNode headers = golden.get("headers");
    return CloudEvents.read(
        name -> headers.path(name).asText(null), Json.MAPPER.writeValueAsBytes(golden.get("data")));
  }

  private static JsonNode resource(String name) throws IOException {
    try (var in = GoldenTest.class.getResourceAsStream(name)) {
      return Json.MAPPER.readTree(in);
    }
  }

  private static com.networknt.schema.Schema schema(JsonNode schema) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }

  private static JsonNode closed(JsonNode schema) {
    JsonNode closed = schema.deepCopy();
    closed
        .findParents("properties")
        .forEach(o -> ((ObjectNode) o).put("additionalProperties", false));
    return closed;
  }
}
