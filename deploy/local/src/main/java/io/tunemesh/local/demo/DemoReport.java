package io.tunemesh.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.training.TrainingSucceeded;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Prints what a finished run made, from the mesh's own API. */
final class DemoReport {

  private final PrintStream out;
  private final Api api;
  private final RunStory story;
  private final Path folder;

  DemoReport(PrintStream out, Api api, RunStory story, Path folder) {
    this.out = out;
    this.api = api;
    this.story = story;
    this.folder = folder;
  }

  void print(String baseModel) throws IOException, InterruptedException {
    rows();
    loss();
    metrics();
    beforeAndAfter(baseModel);
    times();
    out.println(lastLine());
  }

  private void rows() throws IOException, InterruptedException {
    DatasetBuilt d = story.dataset();
    out.printf("%nRows: %d in = %d kept + %d refused%n", d.rowsIn(), d.rowsKept(), d.rowsRefused());
    JsonNode refused = api.get("/v1/datasets/" + d.datasetId() + "/refused?limit=100");
    for (JsonNode row : refused.path("data")) {
      out.printf(
          "  %s, %s: %s (%s)%n",
          row.path("file").asText(),
          row.path("cell").asText("row " + row.path("row").asText()),
          row.path("reason").asText(),
          row.path("code").asText());
    }
    out.printf(
        "Examples: %d training, %d validation, %d test%n",
        d.train().examples(),
        d.validation() == null ? 0 : d.validation().examples(),
        d.test() == null ? 0 : d.test().examples());
  }

  private void loss() throws IOException, InterruptedException {
    TrainingSucceeded t = story.training();
    Path picture = folder.resolve("loss.svg");
    Files.writeString(picture, api.text("/v1/fine_tuning/jobs/" + t.jobId() + "/loss.svg"));
    out.printf(
        "%nLoss over %d steps: %s  %.3f → %.3f%nPicture: %s%n",
        t.steps(),
        Sparkline.of(story.losses(), 60),
        story.losses().getFirst(),
        story.losses().getLast(),
        picture);
  }

  private void metrics() {
    Map<String, Map<String, Double>> metrics = story.training().metrics();
    Map<String, Double> base = metrics.getOrDefault("base", Map.of());
    Map<String, Double> tuned = metrics.getOrDefault("tuned", Map.of());
    out.printf("%nOn the held-out test split %12s %10s%n", "base", "tuned");
    for (String name : new TreeSet<>(tuned.keySet())) {
      out.printf(
          Locale.ROOT,
          "  %-24s %12s %10.3f%n",
          name,
          base.containsKey(name) ? "%.3f".formatted(base.get(name)) : "-",
          tuned.get(name));
    }
  }

  private void beforeAndAfter(String baseModel) throws IOException, InterruptedException {
    JsonNode example =
        api.get("/v1/datasets/" + story.dataset().datasetId() + "/examples?split=test&limit=1")
            .path("data")
            .path(0);
    if (example.isMissingNode()) {
      out.printf("%nThe test split is empty, so there is no answer to show.%n");
      return;
    }
    ObjectNode request = Api.JSON.createObjectNode();
    var messages = request.putArray("messages");
    for (JsonNode message : example.path("messages")) {
      if (!message.path("role").asText().equals("assistant")) {
        messages.add(message);
      }
    }
    request.put("temperature", 0).put("max_tokens", 500);
    out.printf("%nA held-out text, answered before and after:%n");
    for (String model : new String[] {baseModel, story.training().fineTunedModel()}) {
      JsonNode answer = api.post("/v1/chat/completions", request.put("model", model));
      out.printf(
          "%n--- %s ---%n%s%n",
          model, answer.path("choices").path(0).path("message").path("content").asText().strip());
    }
  }

  private void times() {
    out.printf("%nTime per stage%n");
    story
        .stages()
        .forEach((stage, seconds) -> out.printf("  %-16s %7.1f s%n", stage.label(), seconds));
    out.printf("  %-16s %7.1f s%n%n", "in all", story.seconds());
  }

  private String lastLine() {
    DatasetBuilt d = story.dataset();
    ObjectNode line = Api.JSON.createObjectNode();
    line.put("demo", "ok");
    line.put("rows_in", d.rowsIn());
    line.put("rows_kept", d.rowsKept());
    line.put("rows_refused", d.rowsRefused());
    line.put("upload_to_served_s", story.seconds());
    line.set("metrics", Api.JSON.valueToTree(story.training().metrics()));
    line.put("model", story.training().fineTunedModel());
    return line.toString();
  }
}
