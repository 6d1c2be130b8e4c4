package io.tunemesh.contract.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Committed;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.schema.Javadocs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AsyncApiTest {

  private static final Path FILE = Path.of("asyncapi.yaml");
  private static JsonNode document;

  @BeforeAll
  static void committedDocumentIsTheCodes() throws IOException {
    Committed.holds(FILE, new AsyncApi(new Javadocs(Path.of("src/main/java"))).yaml());
    document = new YAMLMapper().readTree(FILE.toFile());
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = document.findValuesAsText("$ref");

    assertThat(references).hasSizeGreaterThan(100);
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
      } else {
        assertThat(Path.of(reference)).isRegularFile();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTopicIsAChannelThatSomebodySendsAndSomebodyReceives(Topic topic) {
    List<String> actions = new ArrayList<>();
    for (JsonNode operation : document.get("operations")) {
      JsonNode channel = document.at(operation.at("/channel/$ref").asText().substring(1));
      if (channel.get("address").asText().equals(topic.topicName())) {
        actions.add(operation.get("action").asText());
      }
    }

    assertThat(actions).contains("send", "receive");
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeIsSentByOneParty(EventType type) {
    String reference = "/messages/" + type.payload().getSimpleName();
    List<String> senders = new ArrayList<>();
    for (JsonNode operation : document.get("operations")) {
      if (operation.get("action").asText().equals("send")
          && operation.get("messages").findValuesAsText("$ref").stream()
              .anyMatch(r -> r.endsWith(reference))) {
        senders.add(operation.at("/tags/0/name").asText());
      }
    }

    assertThat(senders).containsExactly(Flow.sender(type));
  }

  @ParameterizedTest
  @EnumSource
  void describesTheHeadersThatTheCodecWrites(EventType type) throws IOException {
    JsonNode golden = golden(type);
    Map<String, String> written = new HashMap<>();
    golden.get("headers").properties().forEach(h -> written.put(h.getKey(), h.getValue().asText()));
    JsonNode described = document.at("/components/schemas/CloudEventHeaders");
    JsonNode own =
        document.at(
            "/components/messages/" + type.payload().getSimpleName() + "/headers/properties");

    assertThat(described.get("properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(written.keySet());
    assertThat(own.at("/ce_type/const").asText()).isEqualTo(written.get("ce_type"));
    assertThat(own.at("/ce_dataschema/const").asText()).isEqualTo(written.get("ce_dataschema"));
  }

  @ParameterizedTest
  @EnumSource
  void theKeyIsTheSubject(EventType type) throws IOException {
    JsonNode golden = golden(type);

    assertThat(golden.get("data").get(AsyncApi.key(type)).asText())
        .isEqualTo(golden.at("/headers/ce_subject").asText());
  }

  @Test
  void theHeadersThatItRequiresAreThoseThatTheCodecRequires() {
    for (String missing : CloudEventHeaders.REQUIRED) {
      Map<String, String> headers = new HashMap<>();
      CloudEventHeaders.REQUIRED.forEach(name -> headers.put(name, "x"));
      headers.put("ce_type", EventType.TRAINING_CANCELLED.typeName());
      byte[] value = "{\"job_id\": \"1\"}".getBytes();

      assertThat(CloudEvents.read(headers::get, value)).isNotNull();
      headers.remove(missing);
      assertThat(catchThrowable(() -> CloudEvents.read(headers::get, value)))
          .hasMessageContaining(missing);
    }
  }

  private static JsonNode golden(EventType type) throws IOException {
    String file = "/golden/" + type.payload().getSimpleName() + ".json";
    try (var in = AsyncApiTest.class.getResourceAsStream(file)) {
      return Json.MAPPER.readTree(in);
    }
  }
}
