package io.tunemesh.dataset.build;

import static io.tunemesh.dataset.build.Building.source;
import static io.tunemesh.dataset.build.Building.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Filter;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of several recipes in one build. */
class MixedBuildTest {

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void tellsTheTaskTheRecipesAndTheLabels() throws IOException {
    UploadParsed labels = table("l.tsv", 40, i -> "text " + i + "\t" + (i % 4 == 0 ? "x" : "y"));
    UploadParsed chats =
        Sample.jsonl(
                rows(40, i -> "{\"instruction\": \"say %d\", \"output\": \"%d\"}".formatted(i, i)))
            .parsed(blobs, "file-c", "c.jsonl");

    DatasetFiles alone = building.built(spec(source("l.tsv", null, null, null)), labels);
    DatasetFiles both =
        building.built(
            spec(source("l.tsv", null, null, null), source("c.jsonl", null, null, null)),
            labels,
            chats);

    assertThat(alone.task()).isEqualTo("classification");
    assertThat(alone.format()).isNull();
    assertThat(both.task()).isEqualTo("sft");
    JsonNode manifest = building.json(both.manifest());
    assertThat(manifest.get("task").asText()).isEqualTo("sft");
    assertThat(manifest.at("/sources/0/recipe").asText()).isEqualTo("text_classification");
    assertThat(manifest.at("/sources/0/labels/x").asLong()).isEqualTo(10);
    assertThat(manifest.at("/sources/0/labels/y").asLong()).isEqualTo(30);
    assertThat(manifest.at("/sources/1/recipe").asText()).isEqualTo("alpaca");
    assertThat(manifest.at("/sources/1").has("labels")).isFalse();
    assertThat(manifest.get("templates").findValuesAsText("name"))
        .containsExactly("text_classification-zh", "text_classification-en", "alpaca");
  }

  @Test
  void writesPlainTextAsLinesOfText() throws IOException {
    UploadParsed text =
        Sample.keyed(
                "text", rows(60, i -> "{\"text\": \"Paragraph number %d of many.\"}".formatted(i)))
            .parsed(blobs, "file-t", "t.txt");
    Source source =
        new Source(
            "t.txt", null, null, null, null, null, null, Map.of("block_characters", "100"), null);

    DatasetFiles files = building.built(spec(source), text);

    assertThat(files.task()).isEqualTo("pt");
    assertThat(files.rowsKept()).isEqualTo(60);
    assertThat(building.lines(files.examples())).hasSize(20);
    assertThat(building.lines(files.train().lines()).getFirst())
        .startsWith("{\"text\":\"Paragraph number ")
        .doesNotContain("messages");
  }

  @Test
  void refusesToMixPlainTextWithInstructions() throws IOException {
    UploadParsed text = Sample.keyed("text", "{\"text\": \"a\"}").parsed(blobs, "file-t", "t.txt");
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);

    Made.Rejected rejected =
        building.rejected(
            spec(source("t.txt", null, null, null), source("e.xlsx", null, null, null)), text, en);

    assertThat(rejected.code()).isEqualTo("tasks_mixed");
    assertThat(rejected.reason()).contains("'t.txt' plain_text, 'e.xlsx' exam");
  }

  @Test
  void rejectsASourceThatFitsNoRecipe() throws IOException {
    UploadParsed prices = Sample.tsv("name\tprice\ntea\t3\n").parsed(blobs, "file-p", "p.tsv");

    Made.Rejected rejected = building.rejected(spec(source("p.tsv", null, null, null)), prices);

    assertThat(rejected.code()).isEqualTo("recipe_unclear");
    assertThat(rejected.where().field()).isEqualTo("dataset.sources[0].recipe");
  }

  @Test
  void mixesEightOldToTwoNew() throws IOException {
    UploadParsed old = table("o.tsv", 200, i -> "old " + i + "\tx");
    UploadParsed young = table("n.tsv", 30, i -> "new " + i + "\ty");

    DatasetFiles files =
        building.built(
            spec(source("o.tsv", null, null, 80.0), source("n.tsv", null, null, 20.0)), old, young);

    List<String> train = building.lines(files.train().lines());
    long news = train.stream().filter(line -> line.contains("\\nnew ")).count();
    assertThat(news).isEqualTo(Math.round(train.size() * 0.2));
  }

  @Test
  void takesSomeExamplesOnceMore() throws IOException {
    UploadParsed texts = table("z.tsv", 122, i -> "第" + i + "段\tx");
    Source more = new Source("z.tsv", null, null, null, null, 30, null, null, null, null, null);

    List<String> train = building.lines(building.built(untested(more), texts).train().lines());

    assertThat(train).hasSize(152);
    assertThat(train.stream().distinct()).hasSize(122);
  }

  @Test
  void tellsHowManyExamplesAMixLeavesOut() throws IOException {
    UploadParsed few = table("f.tsv", 100, i -> "few " + i + "\tx");
    UploadParsed many = table("m.tsv", 1000, i -> "many " + i + "\ty");

    DatasetFiles files =
        building.built(
            untested(source("f.tsv", null, null, 80.0), source("m.tsv", null, null, 20.0)),
            few,
            many);

    JsonNode report = building.json(files.report());
    assertThat(report.at("/sources/1/train_examples").asLong()).isEqualTo(1000);
    assertThat(report.at("/sources/1/train_lines").asLong()).isEqualTo(220);
    assertThat(report.get("look_at").findValuesAsText("code")).containsOnlyOnce("mix_leaves_out");
    assertThat(report.get("look_at").findValuesAsText("message"))
        .contains("The mix leaves 780 of the 1,000 training examples of 'm.tsv' out.");
  }

  @Test
  void tellsAllThatDoesNotFitTheFiles() throws IOException {
    UploadParsed prices = Sample.tsv("name\tprice\ntea\t3\n").parsed(blobs, "file-p", "p.tsv");
    List<Filter> filters =
        List.of(new Filter("year", "not_empty", null), new Filter("size", "not_empty", null));
    Source alpaca =
        new Source("p.tsv", "alpaca", null, "Say\n{nothing}", null, null, null, null, filters);

    assertThat(
            building
                .rejected(spec(alpaca, source("p.tsv", null, null, null)), prices, prices)
                .reason())
        .contains(
            "dataset.sources[0].template: ",
            "dataset.sources[0].columns: ",
            "dataset.sources[0].filters[0].column: ",
            "dataset.sources[0].filters[1].column: ",
            "dataset.sources[1].recipe: ");
  }

  private static DatasetSpec untested(Source... sources) {
    return new DatasetSpec("d", List.of(sources), new DatasetSpec.Split(0.0, 0.0, null));
  }

  /** A table of texts with their labels. */
  private UploadParsed table(String name, int rows, IntFunction<String> row) throws IOException {
    return Sample.tsv("text\tlabel\n" + rows(rows, row)).parsed(blobs, "file-" + name, name);
  }

  private static String rows(int rows, IntFunction<String> row) {
    return IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n"));
  }
}
