package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.mix.Mix;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.ExamRecipe;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.template.BrokenTemplate;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the files of one dataset. Rows stream through files in {@code folder}, so memory does not
 * grow with the sources; the blobs are the same bytes for the same order, whoever builds it.
 */
final class Build {

  private final BlobStore blobs;
  private final long maxTrainingLines;
  private final Order order;
  private final String prefix;
  private final Path folder;
  private final List<SourceReading> readings = new ArrayList<>();
  private final List<Lines> trains = new ArrayList<>();
  private final Tally all = new Tally();

  Build(BlobStore blobs, long maxTrainingLines, Order order, String prefix, Path folder) {
    this.blobs = blobs;
    this.maxTrainingLines = maxTrainingLines;
    this.order = order;
    this.prefix = prefix;
    this.folder = folder;
  }

  Made run() throws IOException {
    try (Parts parts = Parts.in(folder)) {
      for (int i = 0; i < order.files().size(); i++) {
        try {
          read(i, parts);
        } catch (ColumnsMissing e) {
          return columnsMissing(i, e);
        } catch (BrokenTemplate e) {
          String field = "dataset.sources[%d].template".formatted(i);
          return new Made.Rejected(null, "template_broken", e.getMessage(), Where.field(field));
        }
      }
      List<Long> lines = Mix.lines(readings.stream().map(Build::wishes).toList());
      Made.Rejected unusable = unusable(lines, parts);
      return unusable != null ? unusable : new Made.Built(store(parts, lines));
    }
  }

  private void read(int position, Parts parts) throws IOException, ColumnsMissing, BrokenTemplate {
    SourceReading reading =
        new SourceReading(
            position, order.spec().sources().get(position), order.files().get(position));
    try (Lines train = new Lines(folder.resolve("train-" + position + ".jsonl"))) {
      reading.read(blobs, Splitter.of(order.spec().split()), parts, train);
      trains.add(train);
    }
    readings.add(reading);
    all.add(reading.tally());
  }

  private static Mix.Source wishes(SourceReading reading) {
    Integer repeat = reading.source().repeat();
    return new Mix.Source(
        reading.tally().kept(Part.TRAIN), repeat == null ? 1 : repeat, reading.source().weight());
  }

  private Made.Rejected unusable(List<Long> lines, Parts parts) throws IOException {
    long total = lines.stream().mapToLong(Long::longValue).sum();
    if (all.kept() == 0) {
      return rejected(
          parts,
          "no_rows_kept",
          all.in() == 0
              ? "the sources have no rows; fill them in and upload them again"
              : "none of the %d rows could be used: %s".formatted(all.in(), all.reasons()));
    }
    if (total == 0) {
      return rejected(
          parts,
          "no_training_examples",
          ("the split leaves none of the %d examples to train on%s; add rows, or choose smaller"
                  + " shares or another salt in 'split'")
              .formatted(
                  all.kept(), all.refused() == 0 ? "" : " (refused: " + all.reasons() + ")"));
    }
    if (total > maxTrainingLines) {
      return rejected(
          parts,
          "mix_too_large",
          "the mix asks for %d training lines, and %d are the most; lower 'repeat'"
              .formatted(total, maxTrainingLines));
    }
    return null;
  }

  private Made.Rejected rejected(Parts parts, String code, String reason) throws IOException {
    BlobRef examples = parts.examples().store(blobs, prefix + "examples.jsonl");
    BlobRef refused = parts.refused().store(blobs, prefix + "refused.jsonl");
    Where where = null;
    if (all.refused() > 0) {
      RefusedLine first = all.commonest();
      where = new Where(first.file(), first.sheet(), first.row(), first.column(), null);
    }
    return new Made.Rejected(files(null, null, null, null, examples, refused), code, reason, where);
  }

  private Made.Rejected columnsMissing(int position, ColumnsMissing e) {
    return new Made.Rejected(
        null,
        "column_missing",
        e.getMessage(),
        new Where(
            order.files().get(position).filename(),
            e.sheet(),
            e.headerRow(),
            null,
            "dataset.sources[%d].columns".formatted(position)));
  }

  private DatasetFiles store(Parts parts, List<Long> lines) throws IOException {
    Lines train = new Lines(folder.resolve("train.jsonl"));
    try (train) {
      for (int i = 0; i < readings.size(); i++) {
        long examples = readings.get(i).tally().kept(Part.TRAIN);
        TrainingPart.add(train, trains.get(i).file(), examples, lines.get(i));
      }
    }
    Map<String, BlobRef> stored = new TreeMap<>();
    stored.put("train", train.store(blobs, prefix + "train.jsonl"));
    stored.put("validation", parts.validation().store(blobs, prefix + "validation.jsonl"));
    stored.put("test", parts.test().store(blobs, prefix + "test.jsonl"));
    stored.put("examples", parts.examples().store(blobs, prefix + "examples.jsonl"));
    stored.put("refused", parts.refused().store(blobs, prefix + "refused.jsonl"));
    byte[] manifest =
        Json.MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(manifest(stored, train.count(), lines));
    BlobRef manifestRef = blobs.put(prefix + "manifest.json", new ByteArrayInputStream(manifest));
    return files(
        manifestRef,
        new DatasetBuilt.Part(stored.get("train"), train.count()),
        part(stored.get("validation"), parts.validation()),
        part(stored.get("test"), parts.test()),
        stored.get("examples"),
        stored.get("refused"));
  }

  private static DatasetBuilt.Part part(BlobRef stored, Lines lines) {
    return lines.count() == 0 ? null : new DatasetBuilt.Part(stored, lines.count());
  }

  private DatasetFiles files(
      BlobRef manifest,
      DatasetBuilt.Part train,
      DatasetBuilt.Part validation,
      DatasetBuilt.Part test,
      BlobRef examples,
      BlobRef refused) {
    return new DatasetFiles(
        ExamRecipe.NAME,
        manifest,
        train,
        validation,
        test,
        examples,
        refused,
        order.files().stream().mapToLong(file -> file.rows()).sum(),
        all.kept(),
        all.refused(),
        all.refusals());
  }

  private Manifest manifest(Map<String, BlobRef> stored, long trainLines, List<Long> lines) {
    Splitter split = Splitter.of(order.spec().split());
    Map<String, Manifest.PartFile> parts = new TreeMap<>();
    for (Part part : Part.values()) {
      BlobRef ref = stored.get(part.key());
      long examples = all.kept(part);
      parts.put(
          part.key(),
          new Manifest.PartFile(
              part.key() + ".jsonl",
              ref.sha256(),
              ref.bytes(),
              part == Part.TRAIN ? trainLines : examples,
              examples));
    }
    Map<String, Manifest.FileHash> files = new TreeMap<>();
    stored.forEach(
        (name, ref) ->
            files.put(name + ".jsonl", new Manifest.FileHash(ref.sha256(), ref.bytes())));
    List<Manifest.SourceEntry> sources = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      sources.add(entry(readings.get(i), lines.get(i)));
    }
    return new Manifest(
        ExamRecipe.NAME,
        order.spec(),
        new Manifest.Split(split.validation(), split.test(), split.salt()),
        rows(all),
        parts,
        files,
        sources,
        readings.stream().flatMap(reading -> reading.templates().stream()).toList(),
        all.refusals());
  }

  private static Manifest.SourceEntry entry(SourceReading reading, long trainLines) {
    Map<String, Long> examples = new TreeMap<>();
    for (Part part : Part.values()) {
      examples.put(part.key(), reading.tally().kept(part));
    }
    return new Manifest.SourceEntry(
        reading.file().filename(),
        reading.file().fileId(),
        reading.file().records().sha256(),
        ExamRecipe.NAME,
        rows(reading.tally()),
        examples,
        trainLines);
  }

  private static Manifest.Rows rows(Tally tally) {
    return new Manifest.Rows(tally.in(), tally.kept(), tally.refused());
  }
}
