package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.mix.Mix;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.report.Leaks;
import io.tunemesh.dataset.report.Report;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.token.TokenReport;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the files of one dataset. Rows stream through files in {@code folder}, so memory does not
 * grow with the sources; the blobs are the same bytes for the same order, whoever builds it.
 */
final class Build {

  private static final String EXAM = "exam";

  private final BlobStore blobs;
  private final long maxTrainingLines;
  private final Order order;
  private final List<List<BlobRef>> found;
  private final String prefix;
  private final Path folder;
  private final Cleaning cleaning;
  private final List<SourceReading> readings = new ArrayList<>();
  private final List<Lines> trains = new ArrayList<>();
  private final Tally all = new Tally();
  private final Augmenting augmenting;
  private Task task;

  /**
   * @param found what others found in the chunks of each source, as {@link SourceReading} takes it;
   *     an empty list for a source that nobody else reads
   */
  Build(
      BlobStore blobs,
      long maxTrainingLines,
      Order order,
      List<List<BlobRef>> found,
      String prefix,
      Path folder) {
    this.blobs = blobs;
    this.maxTrainingLines = maxTrainingLines;
    this.order = order;
    this.found = found;
    this.prefix = prefix;
    this.folder = folder;
    this.cleaning = new Cleaning(order.spec().clean());
    this.augmenting = new Augmenting(order, cleaning, folder, blobs);
  }

  Made run() throws IOException {
    Made.Rejected unreadable = prepare();
    if (unreadable != null) {
      return unreadable;
    }
    try (augmenting;
        Parts parts = Parts.in(folder)) {
      for (int i = 0; i < readings.size(); i++) {
        read(readings.get(i), found.get(i), parts);
      }
      Made notYet = augmenting.run(readings, parts, trains, all, maxTrainingLines);
      if (notYet != null) {
        return notYet;
      }
      List<Long> lines = Mix.lines(readings.stream().map(Build::wishes).toList());
      Made.Rejected unusable = unusable(lines, parts);
      return unusable != null ? unusable : new Made.Built(store(parts, lines));
    }
  }

  /** Chooses the recipes. Gives the reason, if any source cannot be read by its own. */
  private Made.Rejected prepare() {
    for (int i = 0; i < order.files().size(); i++) {
      String at = "dataset.sources[%d].".formatted(i);
      UploadParsed file = order.files().get(i);
      try {
        readings.add(new SourceReading(i, order.spec(), file, cleaning));
      } catch (ColumnsMissing e) {
        Where where = new Where(file.filename(), e.sheet(), e.headerRow(), null, at + e.field());
        return new Made.Rejected(null, "column_missing", e.getMessage(), where);
      } catch (RecipeUnclear e) {
        Where where = new Where(file.filename(), null, null, null, at + e.field());
        return new Made.Rejected(null, "recipe_unclear", e.getMessage(), where);
      } catch (BrokenTemplate e) {
        Where where = Where.field(at + "template");
        return new Made.Rejected(null, "template_broken", e.getMessage(), where);
      }
    }
    task = Task.of(readings.stream().map(reading -> reading.type().task()).toList()).orElse(null);
    return task == null ? tasksMixed() : augmenting.misfit(readings);
  }

  private Made.Rejected tasksMixed() {
    String recipes =
        readings.stream()
            .map(reading -> "'%s' %s".formatted(reading.source().file(), reading.type().name()))
            .collect(Collectors.joining(", "));
    return new Made.Rejected(
        null,
        "tasks_mixed",
        ("plain text is for pre-training and cannot be mixed with instructions (%s); make a dataset"
                + " of each")
            .formatted(recipes),
        Where.field("dataset.sources"));
  }

  private void read(SourceReading reading, List<BlobRef> chunks, Parts parts) throws IOException {
    try (Lines train = new Lines(folder.resolve("train-" + trains.size() + ".jsonl"))) {
      LineSink sink = augmenting.watching(reading, parts.with(train));
      if (chunks.isEmpty()) {
        reading.read(blobs, sink);
      } else {
        reading.read(blobs, chunks, sink);
      }
      trains.add(train);
    }
    all.add(reading.tally());
  }

  private static Mix.Source wishes(SourceReading reading) {
    Integer repeat = reading.source().repeat();
    return new Mix.Source(
        reading.tally().examples(Part.TRAIN),
        repeat == null ? 1 : repeat,
        reading.source().weight());
  }

  private Made.Rejected unusable(List<Long> lines, Parts parts) throws IOException {
    long total = lines.stream().mapToLong(Long::longValue).sum();
    if (all.examples() == 0) {
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
                  all.examples(), all.refused() == 0 ? "" : " (refused: " + all.reasons() + ")"));
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
    Reporting found = reporting(parts, null, new Report.Rejection(code, reason, where));
    DatasetFiles files = found.in(files(null, null, null, null, examples, refused));
    return new Made.Rejected(files, code, reason, where);
  }

  private Reporting reporting(Parts parts, List<Long> lines, Report.Rejection rejected)
      throws IOException {
    return Reporting.of(
        blobs, prefix, order, parts, readings, lines, task.key(), format(), rejected);
  }

  private DatasetFiles store(Parts parts, List<Long> lines) throws IOException {
    parts.examples().close();
    TokenReport tokens = order.counting().count(parts.examples().file());
    Lines train = new Lines(folder.resolve("train.jsonl"));
    try (train) {
      for (int i = 0; i < readings.size(); i++) {
        long examples = readings.get(i).tally().examples(Part.TRAIN);
        TrainingPart.add(train, trains.get(i).file(), examples, lines.get(i));
      }
    }
    Map<String, BlobRef> stored = new TreeMap<>();
    stored.put("train", train.store(blobs, prefix + "train.jsonl"));
    stored.put("validation", parts.validation().store(blobs, prefix + "validation.jsonl"));
    stored.put("test", parts.test().store(blobs, prefix + "test.jsonl"));
    stored.put("examples", parts.examples().store(blobs, prefix + "examples.jsonl"));
    stored.put("refused", parts.refused().store(blobs, prefix + "refused.jsonl"));
    Reporting found = reporting(parts, lines, null);
    byte[] manifest =
        Json.MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(manifest(stored, lines, found.leaks(), tokens));
    BlobRef manifestRef = blobs.put(prefix + "manifest.json", new ByteArrayInputStream(manifest));
    return found.in(
        files(
            manifestRef,
            new DatasetBuilt.Part(stored.get("train"), train.count()),
            part(stored.get("validation"), parts.validation()),
            part(stored.get("test"), parts.test()),
            stored.get("examples"),
            stored.get("refused")));
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
        task.key(),
        format(),
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

  /** What every output has the form of, or null. */
  private String format() {
    return readings.stream().allMatch(reading -> reading.type().name().equals(EXAM)) ? EXAM : null;
  }

  private Manifest manifest(
      Map<String, BlobRef> stored, List<Long> lines, Leaks leaks, TokenReport tokens) {
    List<Manifest.SourceEntry> sources = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      sources.add(Manifest.SourceEntry.of(readings.get(i), lines.get(i)));
    }
    long trainLines = lines.stream().mapToLong(Long::longValue).sum();
    return new Manifest(
        task.key(),
        format(),
        order.spec(),
        Manifest.Split.of(Splitter.of(order.spec().split())),
        Manifest.Rows.of(all),
        Manifest.PartFile.all(stored, all, trainLines),
        Manifest.FileHash.all(stored),
        sources,
        augmenting.counts(),
        readings.stream().flatMap(reading -> reading.templates().stream()).toList(),
        all.refusals(),
        leaks,
        all.changed(cleaning.changing()),
        tokens);
  }
}
