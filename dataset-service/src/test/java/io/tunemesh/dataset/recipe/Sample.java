package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Filter;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.build.AheadReading;
import io.tunemesh.dataset.build.SharedReading;
import io.tunemesh.dataset.build.Sink;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.FileBlobStore;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A small source in the shape in which ingest-service hands it over, and what a recipe makes of it.
 */
public final class Sample {

  private final String kind;
  private final List<Sheet> sheets;
  private final List<SourceRecord> records;
  private final Map<String, String> columns = new LinkedHashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<Filter> filters = new ArrayList<>();
  private String template;
  private Integer limit;

  private Sample(String kind, List<Sheet> sheets, List<SourceRecord> records) {
    this.kind = kind;
    this.sheets = sheets;
    this.records = records;
  }

  /** Examples and refusals, in their order. */
  public record Made(
      List<ExampleLine> examples,
      List<RefusedLine> refused,
      SourceReading reading,
      List<Content> contents) {

    List<String> texts(int example) {
      return examples.get(example).messages().stream()
          .map(turn -> turn.role() + ": " + turn.content())
          .toList();
    }

    List<String> codes() {
      return refused.stream().map(RefusedLine::code).toList();
    }
  }

  /** A file whose first line is its header, with tabs between its cells. */
  public static Sample tsv(String text) {
    List<String> lines = text.lines().toList();
    return table("tsv", 1, List.of(lines.getFirst().split("\t")), lines.subList(1, lines.size()));
  }

  /** A file without a header. */
  static Sample headless(String text) {
    List<String> lines = text.lines().toList();
    List<String> header = new ArrayList<>();
    for (int i = 0; i < lines.getFirst().split("\t").length; i++) {
      header.add(String.valueOf((char) ('A' + i)));
    }
    return table("tsv", 0, header, lines);
  }

  private static Sample table(String kind, int headerRow, List<String> header, List<String> lines) {
    List<SourceRecord> records = new ArrayList<>();
    for (String line : lines) {
      String[] cells = line.split("\t", -1);
      Map<String, String> values = new LinkedHashMap<>();
      for (int i = 0; i < cells.length; i++) {
        if (!cells[i].isEmpty()) {
          values.put(header.get(i), cells[i]);
        }
      }
      records.add(new SourceRecord(null, headerRow + 1 + records.size(), values));
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      columns.add(new Column(header.get(i), String.valueOf((char) ('A' + i))));
    }
    return new Sample(kind, List.of(new Sheet("", headerRow, columns, records.size())), records);
  }

  /** JSON lines; what is nested is carried as its compact JSON. */
  public static Sample jsonl(String text) {
    return keyed("jsonl", text);
  }

  /**
   * A source whose columns are keys, of another kind than JSON: BIO, a script, text, a document.
   */
  public static Sample keyed(String kind, String jsonLines) {
    List<SourceRecord> records = new ArrayList<>();
    Map<String, Column> columns = new LinkedHashMap<>();
    for (String line : jsonLines.lines().filter(l -> !l.isBlank()).toList()) {
      Map<String, String> values = new LinkedHashMap<>();
      for (var field : json(line).properties()) {
        JsonNode value = field.getValue();
        columns.putIfAbsent(field.getKey(), new Column(field.getKey(), field.getKey()));
        if (!value.isNull()) {
          values.put(field.getKey(), value.isContainerNode() ? value.toString() : value.asText());
        }
      }
      records.add(new SourceRecord(null, records.size() + 1, values));
    }
    Sheet sheet = new Sheet("", 0, List.copyOf(columns.values()), records.size());
    return new Sample(kind, List.of(sheet), records);
  }

  /** Several sheets of a workbook. */
  static Sample workbook(List<Sheet> sheets, List<SourceRecord> records) {
    return new Sample("workbook", sheets, records);
  }

  Sample column(String role, String header) {
    columns.put(role, header);
    return this;
  }

  public Sample with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  Sample where(String column, String test, String value) {
    filters.add(new Filter(column, test, value));
    return this;
  }

  Sample template(String template) {
    this.template = template;
    return this;
  }

  Sample limit(int limit) {
    this.limit = limit;
    return this;
  }

  Source source(String recipe) {
    return new Source(
        "file-s",
        recipe,
        columns.isEmpty() ? null : columns,
        template,
        null,
        limit,
        null,
        settings.isEmpty() ? null : settings,
        filters.isEmpty() ? null : filters);
  }

  /** The fact that this was parsed, with its records in {@code blobs}. */
  public UploadParsed parsed(BlobStore blobs, String fileId, String filename) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (SourceRecord record : records) {
      lines.append(Json.MAPPER.writeValueAsString(record)).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    BlobRef ref =
        blobs.put("uploads/" + fileId + "/records.jsonl", new ByteArrayInputStream(bytes));
    return new UploadParsed(fileId, filename, kind, ref, records.size(), sheets, null, null, null);
  }

  /** The recipe that {@code auto} chooses. */
  String auto() throws RecipeUnclear, IOException {
    Path folder = Files.createTempDirectory("sample");
    try {
      UploadParsed file = parsed(new FileBlobStore(folder), "file-s", "sample");
      return Recipes.of(source(null), file).name();
    } finally {
      remove(folder);
    }
  }

  /** What the recipe makes of it; every row is in it once. */
  public Made read(String recipe)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate, IOException {
    Path folder = Files.createTempDirectory("sample");
    try {
      return read(new FileBlobStore(folder), recipe);
    } finally {
      remove(folder);
    }
  }

  private Made read(BlobStore blobs, String recipe)
      throws RecipeUnclear, ColumnsMissing, BrokenTemplate, IOException {
    UploadParsed file = parsed(blobs, "file-s", "sample");
    DatasetSpec spec =
        new DatasetSpec(null, List.of(source(recipe)), new DatasetSpec.Split(0.0, 0.0, null));
    SourceReading reading = new SourceReading(0, spec, file, new Cleaning(null));
    List<ExampleLine> examples = new ArrayList<>();
    List<RefusedLine> refused = new ArrayList<>();
    List<Content> contents = new ArrayList<>();
    reading.read(blobs, sink(examples, refused, contents));
    if (SharedReading.isPossible(spec, file)) {
      List<ExampleLine> sameExamples = new ArrayList<>();
      List<RefusedLine> sameRefused = new ArrayList<>();
      SharedReading.read(blobs, spec, file, sink(sameExamples, sameRefused, new ArrayList<>()));
      assertThat(jsonOf(sameExamples)).isEqualTo(jsonOf(examples));
      assertThat(sameRefused).isEqualTo(refused);
      sameExamples.clear();
      sameRefused.clear();
      AheadReading.read(blobs, spec, file, sameExamples, sameRefused);
      assertThat(jsonOf(sameExamples)).isEqualTo(jsonOf(examples));
      assertThat(sameRefused).isEqualTo(refused);
    }
    assertThat(reading.tally().kept() + refused.size()).isEqualTo(records.size());
    assertThat(examples.stream().map(ExampleLine::id)).doesNotHaveDuplicates();
    assertThat(refused.stream().map(line -> line.sheet() + line.row())).doesNotHaveDuplicates();
    return new Made(examples, refused, reading, contents);
  }

  private static Sink sink(
      List<ExampleLine> examples, List<RefusedLine> refused, List<Content> contents) {
    return new Sink() {
      @Override
      public void example(ExampleLine line, Part part) {
        examples.add(line);
      }

      @Override
      public void example(ExampleLine line, Part part, Example made) {
        examples.add(line);
        contents.add(made == null ? null : made.content());
      }

      @Override
      public void refused(RefusedLine line) {
        refused.add(line);
      }

      @Override
      public long refusals() {
        return refused.size();
      }

      @Override
      public boolean full() {
        return false;
      }
    };
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String jsonOf(List<ExampleLine> lines) throws IOException {
    return Json.MAPPER.writeValueAsString(lines);
  }

  private static JsonNode json(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
