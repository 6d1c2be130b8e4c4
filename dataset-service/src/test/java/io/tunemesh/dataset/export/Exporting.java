package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Datasets on a real file store, and their exports as other programs read them. */
final class Exporting {

  private static final String PYTHON =
      System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");

  private final Path folder;
  private final BlobStore blobs;
  private String task = "sft";
  private String name = "things";
  private String license;

  Exporting(Path folder) throws IOException {
    this.folder = folder;
    this.blobs = new FileBlobStore(folder.resolve("blobs"));
  }

  Exporting task(String task) {
    this.task = task;
    return this;
  }

  Exporting named(String name) {
    this.name = name;
    return this;
  }

  Exporting license(String license) {
    this.license = license;
    return this;
  }

  Export export(Format format, Part part, List<ExampleLine> examples) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (ExampleLine example : examples) {
      lines.append(Json.MAPPER.writeValueAsString(example)).append('\n');
    }
    BlobRef ref = put("examples.jsonl", lines.toString());
    BlobRef manifest = put("manifest.json", manifest(examples).toString());
    ObjectNode files = Json.MAPPER.createObjectNode().put("task", task);
    files.set("manifest", Json.MAPPER.valueToTree(manifest));
    files.set("examples", Json.MAPPER.valueToTree(ref));
    DatasetFiles made = Json.MAPPER.treeToValue(files, DatasetFiles.class);
    return new Export(blobs, Built.read("ds-1", name, made, blobs), format, part, license);
  }

  byte[] bytes(Format format, Part part, List<ExampleLine> examples) throws IOException {
    Export export = export(format, part, examples);
    export.check();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    export.write(out);
    return out.toByteArray();
  }

  String text(Format format, Part part, List<ExampleLine> examples) throws IOException {
    return new String(bytes(format, part, examples), StandardCharsets.UTF_8);
  }

  JsonNode json(Format format, List<ExampleLine> examples) throws IOException {
    return Json.MAPPER.readTree(text(format, Part.TRAIN, examples));
  }

  /** What Python's libraries find in an export. */
  JsonNode inPython(Format format, Part part, List<ExampleLine> examples)
      throws IOException, InterruptedException {
    Path file = folder.resolve("export." + format.ending());
    Files.write(file, bytes(format, part, examples));
    Process python =
        new ProcessBuilder(PYTHON, "src/test/python/exported.py", file.toString())
            .redirectError(folder.resolve("python.err").toFile())
            .start();
    byte[] found = python.getInputStream().readAllBytes();
    assertThat(python.waitFor())
        .as(() -> "Python said: " + read(folder.resolve("python.err")))
        .isZero();
    return Json.MAPPER.readTree(found);
  }

  /** An example that is a chat; {@code turns} are role and content in turn. */
  static ExampleLine chat(String id, Part part, String... turns) {
    ObjectNode line = line(id, part, "messages");
    ArrayNode messages = line.putArray("messages");
    for (int i = 0; i < turns.length; i += 2) {
      messages.addPOJO(new Turn(turns[i], turns[i + 1], null));
    }
    return example(line);
  }

  /** An example by its fields. */
  static ObjectNode line(String id, Part part, String recipe) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("id", id).put("split", part.key()).put("recipe", recipe).put("language", "en");
    line.putObject("lineage").put("file", "a.jsonl").put("file_id", "file-1").put("row", 7);
    return line;
  }

  /** The same, with a question and its answer, and with a structure. */
  static ExampleLine structured(String id, String recipe, String structure) {
    ObjectNode line = line(id, Part.TRAIN, recipe);
    line.putArray("messages").addPOJO(Turn.user("q")).addPOJO(Turn.assistant("a"));
    try {
      line.set("structure", Json.MAPPER.readTree(structure));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    return example(line);
  }

  static ExampleLine example(ObjectNode line) {
    try {
      return Json.MAPPER.treeToValue(line, ExampleLine.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode manifest(List<ExampleLine> examples) {
    ObjectNode manifest = Json.MAPPER.createObjectNode().put("task", task);
    manifest.putObject("rows").put("in", examples.size() + 3).put("kept", examples.size());
    ((ObjectNode) manifest.get("rows")).put("refused", 3);
    manifest.putObject("refusals").put("empty_cell", 2).put("a|b", 1);
    ObjectNode parts = manifest.putObject("parts");
    for (Part part : Part.values()) {
      long count = examples.stream().filter(e -> e.split().equals(part.key())).count();
      parts.putObject(part.key()).put("examples", count).put("lines", count * 2);
    }
    ArrayNode sources = manifest.putArray("sources");
    for (String recipe : new TreeSet<>(examples.stream().map(ExampleLine::recipe).toList())) {
      ObjectNode source = sources.addObject().put("file", "a|b <i>.jsonl").put("recipe", recipe);
      source.putObject("rows").put("in", 5).put("kept", 2).put("refused", 3);
      source.putObject("examples").put("train", 1).put("test", 1);
    }
    ObjectNode template = manifest.putArray("templates").addObject();
    template.put("source", 0).put("name", "inline").put("text", "[instruction]\n```\n---\n{text}");
    return manifest;
  }

  private BlobRef put(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return blobs.put("datasets/ds-1/" + name, new ByteArrayInputStream(bytes));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
