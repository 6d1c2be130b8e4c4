package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a source by several threads, a few rows at a time, and looks at the lines they wrote. */
public final class AheadReading {

  private AheadReading() {}

  /** Reads the only source of {@code spec}, whose recipe reads each row by itself. */
  public static void read(
      BlobStore blobs,
      DatasetSpec spec,
      UploadParsed file,
      List<ExampleLine> examples,
      List<RefusedLine> refused)
      throws IOException, RecipeUnclear, ColumnsMissing, BrokenTemplate {
    new SourceReading(0, spec, file, new Cleaning(spec.clean()))
        .inBatchesOf(100)
        .read(blobs, sink(examples, refused));
  }

  private static LineSink sink(List<ExampleLine> examples, List<RefusedLine> refused) {
    return new LineSink() {
      @Override
      public LineWriter.Form form() {
        return LineWriter::write;
      }

      @Override
      public void example(ExampleLine line, Part part, Example made, WrittenLine written)
          throws IOException {
        examples.add(line);
        requireTheMappers(line, written);
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

  /** In bytes characters of two halves are written otherwise than in texts. */
  private static String json(Object value) throws IOException {
    return new String(Json.MAPPER.writeValueAsBytes(value), StandardCharsets.UTF_8);
  }

  /** A line must have the very bytes that data binding gives. */
  static void requireTheMappers(ExampleLine line, WrittenLine written) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    written.writeTo(whole);
    assertThat(whole.toString(StandardCharsets.UTF_8)).isEqualTo(json(line));
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    written.writeWordsTo(words);
    assertThat(words.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            json(Json.MAPPER.<ObjectNode>valueToTree(line).retain("messages", "text", "spans")));
    ByteArrayOutputStream trace = new ByteArrayOutputStream();
    written.writeTraceTo(trace);
    ObjectNode left = Json.MAPPER.readValue(json(line), ObjectNode.class);
    assertThat(Json.MAPPER.readTree(trace.toByteArray()))
        .isEqualTo(left.retain("id", "split", "recipe", "augmented", "lineage"));
  }
}
