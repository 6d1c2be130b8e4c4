package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds our side of the exchange against the samples that the Python worker is tested with. */
class GoldenTest {

  private static final Path GOLDEN = Path.of("runtime/tests/golden");

  @Test
  void writesAJobAsTheWorkerReadsIt() throws IOException {
    JsonNode golden = Json.MAPPER.readTree(GOLDEN.resolve("job.json").toFile());
    JsonMapper strict =
        Json.MAPPER.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    WorkerJob job = strict.treeToValue(golden, WorkerJob.class);

    assertThat(Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(job))).isEqualTo(golden);
  }

  @Test
  void readsEveryEventThatTheWorkerWrites() throws IOException {
    List<WorkerEvent> events = new EventTail(GOLDEN.resolve("events.jsonl")).read();

    assertThat(events).hasSize(Files.readAllLines(GOLDEN.resolve("events.jsonl")).size());
    Set<Class<?>> kinds = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
    events.forEach(event -> kinds.add(event.getClass()));
    List<Class<?>> all = new ArrayList<>(List.of(WorkerEvent.class.getPermittedSubclasses()));
    all.remove(WorkerEvent.Other.class);
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void asksAsTheWorkerUnderstands() throws IOException {
    assertThat(Files.readAllLines(GOLDEN.resolve("requests.jsonl")))
        .extracting(line -> Json.MAPPER.readTree(line))
        .containsExactly(
            Json.MAPPER.valueToTree(Conversation.request("cancel", "ftjob-7d0c2a")),
            Json.MAPPER.valueToTree(Conversation.request("pause", "ftjob-7d0c2a")));
  }

  private static int asNumbers(JsonNode one, JsonNode other) {
    boolean same =
        one.isNumber() && other.isNumber() ? one.asDouble() == other.asDouble() : one.equals(other);
    return same ? 0 : 1;
  }

  @Test
  void findsInAnEventWhatTheWorkerPutThere() throws IOException {
    for (String line : Files.readAllLines(GOLDEN.resolve("events.jsonl"))) {
      JsonNode golden = Json.MAPPER.readTree(line);
      JsonNode read = Json.MAPPER.valueToTree(Json.MAPPER.readValue(line, WorkerEvent.class));
      for (var field : read.properties()) {
        JsonNode written = withoutNulls(golden.path(field.getKey()));
        assertThat(field.getValue().equals(GoldenTest::asNumbers, written))
            .as("%s.%s: %s", golden.get("event"), field.getKey(), written)
            .isTrue();
      }
    }
  }

  /** The mapper leaves out what is null. */
  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    node.forEach(GoldenTest::withoutNulls);
    return node;
  }
}
