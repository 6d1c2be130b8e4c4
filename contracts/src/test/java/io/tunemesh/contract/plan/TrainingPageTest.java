package io.tunemesh.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/training.md against the schema and the rules; its defaults are held by the runtime.
 */
class TrainingPageTest {

  private static final Path SCHEMA = Path.of("src/main/resources/schemas/TrainingSpec.json");

  @Test
  void thePageHasEveryOptionWithItsLimitsAndItsMethods() throws IOException {
    List<String> made = new ArrayList<>();
    JsonNode properties = Json.MAPPER.readTree(SCHEMA.toFile()).path("properties");
    for (var option : properties.properties()) {
      String name = option.getKey();
      if (!List.of("model", "suffix", "priority").contains(name)) {
        made.add(String.join(" | ", name, mayBe(option.getValue()), isFor(name)));
      }
    }

    assertThat(rows("options"))
        .extracting(row -> String.join(" | ", row.get(0).replace("`", ""), row.get(3), row.get(4)))
        .containsExactlyElementsOf(made);
  }

  @Test
  void thePageHasEveryMethod() throws IOException {
    JsonNode methods =
        Json.MAPPER.readTree(SCHEMA.toFile()).path("properties").path("method").path("enum");

    assertThat(rows("methods"))
        .extracting(row -> row.getFirst().replace("`", ""))
        .containsExactlyElementsOf(
            StreamSupport.stream(methods.spliterator(), false).map(JsonNode::asText).toList());
  }

  private static String mayBe(JsonNode rule) {
    if (rule.has("const")) {
      return "`" + rule.get("const").asText() + "`";
    }
    if (rule.has("enum")) {
      return StreamSupport.stream(rule.get("enum").spliterator(), false)
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    if (rule.path("type").asText().equals("boolean")) {
      return "`true`, `false`";
    }
    if (rule.has("pattern")) {
      return "`all`, or names with commas";
    }
    String most = rule.get("maximum").asText();
    if (rule.has("exclusiveMinimum")) {
      return "above " + rule.get("exclusiveMinimum").asText() + " up to " + most;
    }
    String least = rule.get("minimum").asText();
    return least.equals(most) ? most : least + " to " + most;
  }

  private static String isFor(String name) {
    String group = name.split("_", 2)[0];
    if (group.equals("galore") || group.equals("badam")) {
      return "`use_" + group + "`";
    }
    return TrainingRules.METHODS_OF.getOrDefault(name, List.of()).stream()
        .map(method -> "`" + method + "`")
        .collect(Collectors.joining(", "));
  }

  /** The cells of the table between the marks of that name. */
  private static List<List<String>> rows(String mark) throws IOException {
    String page = Files.readString(Path.of("../docs/training.md"));
    String table = page.split("<!-- /?" + mark + " -->")[1].strip();
    return table
        .lines()
        .skip(2)
        .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
        .map(cells -> List.of(cells).stream().map(String::strip).toList())
        .toList();
  }
}
