package io.tunemesh.dataset.build;

import static io.tunemesh.dataset.build.Building.source;
import static io.tunemesh.dataset.build.Building.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {

  private static final List<String> HEADER = List.of("text", "questions", "answers");

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void makesTheSameBytesOfTheSameOrder() throws IOException {
    UploadParsed zh = Workbooks.chinese(blobs, "file-zh", "语文.xlsx", 60, null);
    UploadParsed en = Workbooks.withARefusedRow(blobs, "file-en", "英语.xlsx", 45, null);
    DatasetSpec spec = spec(source("语文.xlsx", 2, null, 3.0), source("英语.xlsx", null, 40, null));

    DatasetFiles one = building.built(spec, zh, en);
    DatasetFiles two = building.built(spec, zh, en);

    assertThat(two.manifest().sha256()).isEqualTo(one.manifest().sha256());
    assertThat(two.train().lines().sha256()).isEqualTo(one.train().lines().sha256());
    assertThat(two.examples().sha256()).isEqualTo(one.examples().sha256());
    assertThat(two.refused().sha256()).isEqualTo(one.refused().sha256());
    assertThat(two.manifest().key()).isNotEqualTo(one.manifest().key());
  }

  @Test
  void tellsTheTrainerWhereTheEntitiesOfALineLie() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      String tokens = "[\"😀\", \"May\", \"met\", \"us\", \"in\", \"May\", \"%d\"]".formatted(i);
      rows.append("{\"tokens\": %s, \"tags\": [\"O\", \"B-PER\"".formatted(tokens));
      rows.append(", \"O\", \"O\", \"O\", \"O\", \"O\"]}\n");
    }
    UploadParsed tagged = Sample.keyed("bio", rows.toString()).parsed(blobs, "file-t", "t.bio");

    DatasetFiles files = building.built(spec(source("t.bio", null, null, null)), tagged);

    for (DatasetBuilt.Part part : List.of(files.train(), files.validation(), files.test())) {
      for (String line : building.lines(part.lines())) {
        JsonNode chat = Json.MAPPER.readTree(line);
        int begin = chat.at("/messages/0/content").asText().lastIndexOf('\n') + 1;
        assertThat(chat.get("spans").toString())
            .isEqualTo("[[%d,%d]]".formatted(begin + 2, begin + 5));
      }
    }
  }

  @Test
  void repeatsOnlyWhatIsTrainedOn() throws IOException {
    UploadParsed zh = Workbooks.chinese(blobs, "file-zh", "语文.xlsx", 60, null);

    DatasetFiles once = building.built(spec(source("语文.xlsx", null, null, null)), zh);
    DatasetFiles thrice = building.built(spec(source("语文.xlsx", 3, null, null)), zh);

    assertThat(thrice.train().examples()).isEqualTo(3 * once.train().examples());
    assertThat(thrice.test().lines().sha256()).isEqualTo(once.test().lines().sha256());
    assertThat(thrice.validation().lines().sha256()).isEqualTo(once.validation().lines().sha256());
    assertThat(thrice.rowsKept()).isEqualTo(60);
    Map<String, Long> copies =
        building.lines(thrice.train().lines()).stream()
            .collect(Collectors.groupingBy(line -> line, Collectors.counting()));
    assertThat(copies.values()).containsOnly(3L);
  }

  @Test
  void sharesTheTrainingLinesByWeight() throws IOException {
    UploadParsed zh = Workbooks.chinese(blobs, "file-zh", "语文.xlsx", 60, null);
    UploadParsed en = Workbooks.english(blobs, "file-en", "英语.xlsx", 20, null);

    DatasetFiles files =
        building.built(
            spec(source("语文.xlsx", null, null, 1.0), source("英语.xlsx", null, null, 4.0)), zh, en);

    JsonNode sources = building.json(files.manifest()).get("sources");
    long chinese = sources.get(0).get("train_lines").asLong();
    long english = sources.get(1).get("train_lines").asLong();
    assertThat(chinese + english).isEqualTo(files.train().examples());
    assertThat(english).isBetween(4 * chinese - 3, 4 * chinese + 3);
    assertThat(building.lines(files.train().lines())).hasSize((int) (chinese + english));
    assertThat(
            building.lines(files.train().lines()).stream()
                .filter(l -> l.contains("This is the story of")))
        .hasSize((int) english);
  }

  @Test
  void listsTheRowsBeyondTheLimitAsRefused() throws IOException {
    UploadParsed en = Workbooks.withARefusedRow(blobs, "file-en", "e.xlsx", 30, null);

    DatasetFiles files = building.built(spec(source("e.xlsx", null, 12, null)), en);

    assertThat(files.rowsIn()).isEqualTo(31);
    assertThat(files.rowsKept()).isEqualTo(12);
    assertThat(files.refusals()).isEqualTo(Map.of("over_limit", 19L));
    assertThat(building.lines(files.refused())).hasSize(19);
  }

  @Test
  void countsEveryRowOnce() throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String answers = i % 3 == 0 ? null : i % 3 == 1 ? "21. A 22. C" : "21. E";
      records.add(Workbooks.englishRow(i + 2, "town " + i, answers));
    }
    UploadParsed en = Workbooks.stored(blobs, "file-en", "e.xlsx", HEADER, records, null);

    DatasetFiles files = building.built(spec(source("e.xlsx", null, null, null)), en);

    assertThat(files.rowsIn()).isEqualTo(60);
    assertThat(files.rowsKept()).isEqualTo(20).isEqualTo(building.lines(files.examples()).size());
    assertThat(files.rowsRefused()).isEqualTo(40).isEqualTo(building.lines(files.refused()).size());
    assertThat(files.refusals().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(40);
  }

  @Test
  void neverPutsOneTextOfTwoSourcesIntoTwoParts() throws IOException {
    List<SourceRecord> one = new ArrayList<>();
    List<SourceRecord> two = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      one.add(Workbooks.englishRow(i + 2, "lake " + i, "21. A 22. C"));
      two.add(Workbooks.englishRow(200 - i, "lake " + i, "21. B 22. D"));
    }
    UploadParsed first = Workbooks.stored(blobs, "file-1", "1.xlsx", HEADER, one, null);
    UploadParsed second = Workbooks.stored(blobs, "file-2", "2.xlsx", HEADER, two, null);

    DatasetFiles files =
        building.built(
            spec(source("1.xlsx", null, null, null), source("2.xlsx", null, null, null)),
            first,
            second);

    Map<String, String> parts = new HashMap<>();
    for (String line : building.lines(files.examples())) {
      ExampleLine example = Json.MAPPER.readValue(line, ExampleLine.class);
      String text = example.messages().getFirst().content();
      assertThat(parts.merge(text, example.split(), (a, b) -> a)).isEqualTo(example.split());
    }
    assertThat(parts).hasSize(80);
    assertThat(parts.values()).contains("train", "validation", "test");
  }

  @Test
  void leavesRowsWhereTheyAreWhenTheWorkbookGrows() throws IOException {
    UploadParsed few = Workbooks.english(blobs, "file-en", "e.xlsx", 30, null);
    Map<String, String> before =
        parts(building.built(spec(source("e.xlsx", null, null, null)), few));
    UploadParsed more = Workbooks.english(blobs, "file-en", "e.xlsx", 90, null);
    Map<String, String> after =
        parts(building.built(spec(source("e.xlsx", null, null, null)), more));

    assertThat(before).hasSize(30);
    assertThat(after).hasSize(90).containsAllEntriesOf(before);
  }

  @Test
  void usesTheTemplateOfItsSource() throws IOException {
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);
    Source own = new Source("e.xlsx", null, null, "Set {questions} for:\n{text}", null, null, null);

    DatasetFiles files = building.built(spec(own), en);

    assertThat(building.lines(files.train().lines()).getFirst())
        .startsWith(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Set 2 for:\\nThis is the story");
    assertThat(building.json(files.manifest()).at("/templates/0/name").asText())
        .isEqualTo("inline");
  }

  @Test
  void refusesADatasetThatTheSplitLeavesNothingToTrainOn() throws IOException {
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 1, null);
    DatasetSpec spec = null;
    for (int salt = 0; spec == null; salt++) {
      var split = new DatasetSpec.Split(0.0, 0.9, "salt" + salt);
      DatasetSpec tried = new DatasetSpec(null, List.of(source("e.xlsx", null, null, null)), split);
      spec = building.build(tried, 1000, en) instanceof Made.Rejected ? tried : null;
    }

    assertThat(building.build(spec, 1000, en))
        .isInstanceOfSatisfying(
            Made.Rejected.class,
            rejected -> {
              assertThat(rejected.code()).isEqualTo("no_training_examples");
              assertThat(rejected.files().rowsKept()).isEqualTo(1);
            });
  }

  @Test
  void refusesAMixThatWouldFillTheDisk() throws IOException {
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);

    assertThat(building.build(spec(source("e.xlsx", Integer.MAX_VALUE, null, null)), 1000, en))
        .isInstanceOfSatisfying(
            Made.Rejected.class, r -> assertThat(r.code()).isEqualTo("mix_too_large"));
  }

  @Test
  void refusesAMixOfFewLinesThatWouldFillTheDisk() throws IOException {
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);
    DatasetSpec spec = spec(source("e.xlsx", 50, null, null));
    long bytes = building.built(spec, en).train().lines().bytes();

    Made fits = building.build(spec, new TrainingLimit(1000, bytes), en);
    Made.Rejected rejected =
        (Made.Rejected) building.build(spec, new TrainingLimit(1000, bytes - 1), en);

    assertThat(fits).isInstanceOf(Made.Built.class);
    assertThat(rejected.code()).isEqualTo("mix_too_large");
    assertThat(rejected.reason())
        .contains("%d bytes, and %d are the most".formatted(bytes, bytes - 1));
    assertThat(rejected.files().rowsKept()).isEqualTo(20);
  }

  @Test
  void failsRatherThanBuildFromOtherRecordsThanWereTold() throws IOException {
    UploadParsed en = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);
    DatasetSpec spec = spec(source("e.xlsx", null, null, null));
    UploadParsed more =
        new UploadParsed(
            en.fileId(), en.filename(), en.kind(), en.records(), 21, en.sheets(), null, null, null);
    assertThatThrownBy(() -> building.build(spec, 1000, more)).hasMessageContaining("21 were told");

    blobs.put(en.records().key(), new ByteArrayInputStream("{\"row\":2,\"values\":{}}".getBytes()));
    assertThatThrownBy(() -> building.build(spec, 1000, en)).isInstanceOf(CorruptBlob.class);
  }

  @Test
  void keepsTenantsApartInItsKeys() {
    assertThat(Builds.keyOf("acme")).isEqualTo("acme");
    assertThat(Builds.keyOf("../acme")).matches("t-[0-9a-f]{32}");
    assertThat(Builds.keyOf("Acme")).isNotEqualTo(Builds.keyOf("acme"));
    assertThat(Builds.keyOf("学校")).isNotEqualTo(Builds.keyOf("学院"));
    assertThat(Builds.keyOf(Builds.keyOf("学校"))).isNotEqualTo(Builds.keyOf("学校"));
  }

  private Map<String, String> parts(DatasetFiles files) throws IOException {
    Map<String, String> parts = new HashMap<>();
    for (String line : building.lines(files.examples())) {
      JsonNode example = Json.MAPPER.readTree(line);
      parts.put(example.get("id").asText(), example.get("split").asText());
    }
    return parts;
  }
}
