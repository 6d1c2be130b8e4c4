package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.split.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The card of a dataset on the Hugging Face Hub: what it is made of, what became of every row, how
 * to load it. Its values come from strangers' files, so each is escaped for YAML or Markdown.
 *
 * @param written how many examples each part of the folder has
 * @param languages by their ISO 639-1 codes
 * @param license null for {@code unknown}
 */
record Card(Built dataset, Map<Part, Long> written, Set<String> languages, String license) {

  private static final List<String> STEPS =
      List.of("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T");

  String text() {
    return yaml() + body() + CardWords.LINEAGE.formatted(content()) + CardWords.LOADING;
  }

  private String content() {
    return dataset.isPlainText() ? CardWords.TEXT : CardWords.MESSAGES;
  }

  private String yaml() {
    StringBuilder out = new StringBuilder("---\n");
    out.append("pretty_name: ").append(quoted(dataset.title())).append('\n');
    out.append("license: ").append(license == null ? "unknown" : quoted(license)).append('\n');
    list(out, "language", List.copyOf(languages));
    list(out, "task_categories", categories());
    list(out, "size_categories", List.of(size()));
    list(out, "tags", List.of("tunemesh"));
    out.append("configs:\n- config_name: default\n  data_files:\n");
    for (Part part : written.keySet()) {
      out.append("  - split: ").append(part.key());
      out.append("\n    path: ").append(HuggingFaceFolder.file(part)).append('\n');
    }
    return out.append("---\n\n").toString();
  }

  /** An empty list would be null in YAML, which the Hub refuses. */
  private static void list(StringBuilder out, String key, List<String> values) {
    if (!values.isEmpty()) {
      out.append(key).append(":\n");
      values.forEach(value -> out.append("- ").append(value).append('\n'));
    }
  }

  private List<String> categories() {
    return switch (dataset.task()) {
      case "classification", "regression" -> List.of("text-classification");
      case "tagging" -> List.of("token-classification");
      default ->
          dataset.recipes().equals(List.of("translation"))
              ? List.of("translation", "text-generation")
              : List.of("text-generation");
    };
  }

  /** The Hub's own steps, as {@code 1K<n<10K}. */
  private String size() {
    long examples = written.values().stream().mapToLong(Long::longValue).sum();
    int step = 0;
    for (long most = 1000; step < STEPS.size() && examples >= most; most *= 10) {
      step++;
    }
    return step == 0
        ? "n<1K"
        : step == STEPS.size()
            ? "n>" + STEPS.getLast()
            : STEPS.get(step - 1) + "<n<" + STEPS.get(step);
  }

  private String body() {
    JsonNode rows = dataset.manifest().path("rows");
    StringBuilder out = new StringBuilder();
    out.append("# ").append(Markdown.text(dataset.title())).append("\n\n");
    out.append(CardWords.INTRODUCTION.formatted(dataset.id(), dataset.task()));
    out.append(
        CardWords.ROWS.formatted(
            rows.path("in").asLong(), rows.path("kept").asLong(), rows.path("refused").asLong()));
    out.append(Markdown.row("file", "recipe", "rows", "kept", "refused", "examples"));
    out.append("|---|---|---:|---:|---:|---:|\n");
    for (JsonNode source : dataset.manifest().path("sources")) {
      long examples = 0;
      for (JsonNode count : source.path("examples")) {
        examples += count.asLong();
      }
      out.append(
          Markdown.row(
              Markdown.text(source.path("file").asText()),
              Markdown.text(source.path("recipe").asText()),
              source.at("/rows/in").asLong(),
              source.at("/rows/kept").asLong(),
              source.at("/rows/refused").asLong(),
              examples));
    }
    refusals(out);
    splits(out);
    templates(out);
    return out.toString();
  }

  private void refusals(StringBuilder out) {
    JsonNode refusals = dataset.manifest().path("refusals");
    if (!refusals.isEmpty()) {
      out.append("\n### Refused rows\n\n| reason | rows |\n|---|---:|\n");
      refusals
          .properties()
          .forEach(
              reason ->
                  out.append(
                      Markdown.row(Markdown.text(reason.getKey()), reason.getValue().asLong())));
    }
  }

  private void splits(StringBuilder out) {
    out.append("\n## Splits\n\n| split | examples |\n|---|---:|\n");
    written.forEach((part, count) -> out.append(Markdown.row(part.key(), count)));
    List<String> absent = new ArrayList<>();
    for (Part part : Part.values()) {
      if (!written.containsKey(part) && dataset.examples(part) > 0) {
        absent.add(part.key());
      }
    }
    if (!absent.isEmpty()) {
      out.append("\nNot in this folder: ").append(String.join(", ", absent)).append(".\n");
    }
    out.append(CardWords.SPLITS);
    long lines = dataset.manifest().at("/parts/train/lines").asLong();
    if (written.containsKey(Part.TRAIN) && lines != dataset.examples(Part.TRAIN)) {
      out.append(CardWords.MIX.formatted(lines));
    }
  }

  private void templates(StringBuilder out) {
    JsonNode templates = dataset.manifest().path("templates");
    if (!templates.isEmpty()) {
      out.append("\n## Templates\n\n").append(CardWords.TEMPLATES);
      for (JsonNode template : templates) {
        out.append("\nSource ").append(template.path("source").asInt() + 1).append(", `");
        out.append(Markdown.line(template.path("name").asText()).replace("`", "'")).append('`');
        if (template.hasNonNull("language")) {
          out.append(", ").append(Markdown.text(template.path("language").asText()));
        }
        out.append(":\n\n").append(Markdown.code(template.path("text").asText()));
      }
    }
  }

  /** JSON's strings are YAML's. */
  private static String quoted(String text) {
    try {
      return Json.MAPPER.writeValueAsString(Markdown.line(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
