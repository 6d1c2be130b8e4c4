package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that the documents show, from their upload to the preview of a dataset. */
class SamplesIT {

  private static final Path FOLDER = Path.of("../../docs/samples");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private static Ground ground;
  private static Api files;
  private static Api datasets;
  private static String url;

  @BeforeAll
  static void up(@TempDir Path folder) throws Exception {
    ground = Ground.start(folder);
    Replica ingest = ground.replica("ingest-service", "ingest-service", Map.of());
    Replica dataset = ground.replica("dataset-service", "dataset-service", Map.of());
    files = new Api(ingest.url(), ground.key());
    url = dataset.url();
    datasets = new Api(url, ground.key());
  }

  @AfterAll
  static void down() throws Exception {
    try (var started = ground) {} // which is null where it did not start
  }

  @Test
  void areReadAsTheirPageSays() throws Exception {
    Map<String, String> told = told();
    Map<String, String> uploaded = new TreeMap<>();
    for (String name : told.keySet()) {
      JsonNode file = files.upload(FOLDER.resolve(name), Map.of("purpose", "fine-tune"));
      uploaded.put(name, file.path("id").asText());
    }

    Map<String, String> seen = new TreeMap<>();
    for (Map.Entry<String, String> each : uploaded.entrySet()) {
      seen.put(each.getKey(), recipe(each.getKey(), each.getValue()));
    }

    assertThat(seen).isEqualTo(told);
  }

  @Test
  void areAllOnTheirPage() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      assertThat(told().keySet())
          .isEqualTo(
              all.map(path -> path.getFileName().toString())
                  .filter(name -> !name.equals("README.md"))
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void goOutAsFilesThatPandasReads(@TempDir Path folder) throws Exception {
    ArrayNode rows = Api.JSON.createArrayNode();
    for (String text : List.of("=1+1", "plain, \"quoted\"", "'@a", "＋全角", "two\nlines", "-3")) {
      rows.addObject().put("instruction", "Say " + text).put("output", text);
    }
    Path file = Files.writeString(folder.resolve("wanted.json"), rows.toString());
    String id = files.upload(file, Map.of("purpose", "fine-tune")).path("id").asText();
    ObjectNode body = Api.JSON.createObjectNode();
    body.putArray("sources").addObject().put("file", id).put("recipe", "alpaca");
    String dataset = "/v1/datasets/" + datasets.post("/v1/datasets", body).path("id").asText();
    await()
        .atMost(PATIENCE)
        .until(() -> datasets.get(dataset).path("status").asText().equals("built"));
    Process reading =
        new ProcessBuilder(
                ground.home().python().toString(),
                Path.of("src/test/python/read_exports.py").toAbsolutePath().toString(),
                folder.toString(),
                url + dataset + "/export?format=",
                ground.key())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(reading.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .endsWith("read 6\n");
  }

  /** The recipe by the file's name. */
  private static Map<String, String> told() throws IOException {
    Map<String, String> told = new TreeMap<>();
    for (String line : Files.readAllLines(FOLDER.resolve("README.md"))) {
      String[] cells = line.split("\\|");
      if (line.startsWith("| `")) {
        Matcher recipe = QUOTED.matcher(cells[2]);
        assertThat(recipe.find()).isTrue();
        QUOTED
            .matcher(cells[1])
            .results()
            .forEach(name -> told.put(name.group(1), recipe.group(1)));
      }
    }
    return told;
  }

  /** The recipe that a preview finds when it keeps every row; else what it answers. */
  private static String recipe(String name, String file) {
    ObjectNode source = Api.JSON.createObjectNode().put("file", file);
    if (name.equals("play.txt")) {
      source.putObject("settings").put("role", "阿青");
    }
    if (name.equals("handbook.md")) {
      source.put("recipe", "knowledge");
    }
    ObjectNode body = Api.JSON.createObjectNode();
    body.putArray("sources").add(source);
    String answer =
        await()
            .atMost(PATIENCE)
            .until(() -> preview(body), said -> !said.contains("source_not_parsed"));
    if (name.equals("handbook.md")) {
      return answer.contains("knowledge is for retrieval") ? "knowledge" : answer;
    }
    try {
      JsonNode seen = Api.JSON.readTree(answer).at("/sources/0");
      boolean isWhole = seen.path("rows_kept").asInt() == seen.path("rows").asInt();
      return isWhole && seen.path("rows").asInt() > 0 ? seen.path("recipe").asText() : answer;
    } catch (IOException e) {
      return answer;
    }
  }

  private static String preview(JsonNode body) throws IOException, InterruptedException {
    try {
      return datasets.post("/v1/datasets/preview", body).toString();
    } catch (Fault e) {
      return e.getMessage();
    }
  }
}
