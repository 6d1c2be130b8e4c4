package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.ExampleLine.Lineage;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.token.TokenCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The lines of a build, as a test writes them. */
final class ReportLines {

  private static final JsonMapper LINES =
      Json.MAPPER.rebuild().disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final List<String> examples = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private final List<Report.TemplateUse> templates = new ArrayList<>();
  private DatasetSpec.Clean clean;
  private long bounded;

  ReportLines chat(String split, String question, String answer) throws IOException {
    return chat(
        split, List.of(Turn.system("Be kind."), Turn.user(question), Turn.assistant(answer)), null);
  }

  ReportLines labelled(String split, String text, String label) throws IOException {
    return chat(
        split,
        List.of(
            Turn.user("Which of good, bad fits the text that follows?\n" + text),
            Turn.assistant(label)),
        Map.of("text", text, "label", label));
  }

  ReportLines chat(String split, List<Turn> turns) throws IOException {
    return chat(split, turns, null);
  }

  ReportLines chat(String split, List<Turn> turns, Object structure) throws IOException {
    int row = examples.size() + 2;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", "ex-" + row);
    line.put("split", split);
    line.put("recipe", "test");
    line.put("messages", turns);
    line.put("language", "en");
    if (structure != null) {
      line.put("structure", structure);
    }
    line.put("lineage", new Lineage("a.xlsx", "file-a", "Sheet1", row, null, Map.of()));
    return add(line);
  }

  ReportLines text(String split, String text) throws IOException {
    int row = examples.size() + 2;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", "ex-" + row);
    line.put("split", split);
    line.put("recipe", "plain_text");
    line.put("text", text);
    line.put("language", "en");
    line.put("lineage", new Lineage("a.txt", "file-a", null, row, row - 1, Map.of()));
    return add(line);
  }

  private ReportLines add(Map<String, Object> line) throws IOException {
    examples.add(LINES.writeValueAsString(line));
    return this;
  }

  /** A line with one more property, as a later version would write it. */
  ReportLines with(String property) {
    String line = examples.removeLast();
    examples.add(line.substring(0, line.length() - 1) + "," + property + "}");
    return this;
  }

  ReportLines refused(String code, String reason) throws IOException {
    int row = 1000 + refused.size();
    refused.add(
        Json.MAPPER.writeValueAsString(
            new RefusedLine(
                "refused-" + (refused.size() + 1),
                "a.xlsx",
                "file-a",
                "Sheet1",
                row,
                "C" + row,
                "C",
                "answers",
                code,
                reason)));
    refusals.merge(code, 1L, Long::sum);
    return this;
  }

  ReportLines template(String text) {
    templates.add(new Report.TemplateUse(0, "en", "inline", "00", text));
    return this;
  }

  ReportLines clean(DatasetSpec.Clean clean) {
    this.clean = clean;
    return this;
  }

  ReportLines bounded(long texts) {
    this.bounded = texts;
    return this;
  }

  Report report(Path folder) throws IOException {
    return report(folder, Sampling.Limits.USUAL);
  }

  Report report(Path folder, Sampling.Limits limits) throws IOException {
    List<String> texts = templates.stream().map(Report.TemplateUse::text).toList();
    Glances glances = new Glances(folder.resolve("glances"), texts, "");
    Consumer<TokenCount> tokens = glances.tokens();
    for (String example : examples) {
      ExampleLine line = Json.MAPPER.readValue(example, ExampleLine.class);
      JsonNode structure = (JsonNode) line.structure();
      glances.add(glances.glancing().at(line, structure == null ? null : structure.traverse()));
      if (line.tokens() != null) {
        tokens.accept(line.tokens());
      }
    }
    return ReportMaker.make(
        about(),
        glances,
        Files.write(folder.resolve("examples.jsonl"), examples),
        Files.write(folder.resolve("refused.jsonl"), refused),
        limits);
  }

  private About about() {
    DatasetSpec.Source source =
        new DatasetSpec.Source("a.xlsx", null, null, null, null, null, null);
    About.Source read =
        new About.Source(
            "a.xlsx",
            "file-a",
            "test",
            examples.size(),
            examples.size(),
            refusals,
            examples.size(),
            (long) examples.size());
    return new About(
        "sft",
        null,
        new DatasetSpec("mine", List.of(source), null, clean),
        List.of(read),
        templates,
        null,
        null,
        bounded);
  }
}
