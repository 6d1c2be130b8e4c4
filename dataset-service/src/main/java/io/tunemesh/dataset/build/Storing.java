package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.dataset.ahead.Ahead;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.BuildProgress.Stage;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.report.Report;
import io.tunemesh.dataset.report.Reports;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.token.TokenCount;
import io.tunemesh.dataset.token.TokenReport;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Stores what a build wrote, with the report, the lineage and the manifest of it. */
final class Storing {

  private final BlobStore blobs;
  private final String prefix;
  private final Order order;
  private final Sources sources;
  private final Drafts drafts;
  private final Tally all;
  private final Cleaning cleaning;
  private final Advance advance;

  /**
   * @param all of all sources
   * @param advance is told how far it is
   */
  Storing(
      BlobStore blobs,
      String prefix,
      Order order,
      Sources sources,
      Drafts drafts,
      Tally all,
      Cleaning cleaning,
      Advance advance) {
    this.blobs = blobs;
    this.prefix = prefix;
    this.order = order;
    this.sources = sources;
    this.drafts = drafts;
    this.all = all;
    this.cleaning = cleaning;
    this.advance = advance;
  }

  /** Stores what shows why the dataset cannot be used. */
  Made.Rejected rejected(String code, String reason) throws IOException {
    closed();
    Where where = null;
    if (all.refused() > 0) {
      RefusedLine first = all.commonest();
      where = new Where(first.file(), first.sheet(), first.row(), first.column(), null);
    }
    Report report = report(null, new Report.Rejection(code, reason, where));
    advance.check();
    BlobRef lineage = lineage();
    BlobRef examples = drafts.examples().store(blobs, prefix + "examples.jsonl");
    BlobRef refused = drafts.refused().store(blobs, prefix + "refused.jsonl");
    BlobRef told = Reports.store(blobs, prefix, report);
    DatasetFiles files = files(null, null, null, null, examples, refused, told, lineage);
    return new Made.Rejected(files, code, reason, where);
  }

  /**
   * Stores the dataset. The report is made meanwhile.
   *
   * @param lines how many of the training part each source has
   * @param augmented what each step made; null where there are none
   */
  Made.Built built(List<Long> lines, List<Count> augmented) throws IOException {
    closed();
    TokenReport tokens = order.counting().count(drafts.examples().file(), this::counts);
    advance.begins(Stage.STORING, 0);
    Map<String, BlobRef> stored = new TreeMap<>();
    Report report;
    BlobRef lineage;
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<Report> making = beside.submit(() -> report(lines, null));
      Lines train = TrainingPart.of(sources, drafts, lines, advance);
      advance.check();
      stored.put("train", train.store(blobs, prefix + "train.jsonl"));
      stored.put("validation", drafts.validation().store(blobs, prefix + "validation.jsonl"));
      stored.put("test", drafts.test().store(blobs, prefix + "test.jsonl"));
      lineage = lineage();
      report = Ahead.result(making);
    }
    advance.check();
    stored.put("examples", drafts.examples().store(blobs, prefix + "examples.jsonl"));
    stored.put("refused", drafts.refused().store(blobs, prefix + "refused.jsonl"));
    Manifest manifest =
        new Manifest(
            sources.task().key(),
            sources.format(),
            order.spec(),
            Manifest.Split.of(Splitter.of(order.spec().split())),
            Manifest.Rows.of(all),
            Manifest.PartFile.all(stored, all, total(lines)),
            Manifest.FileHash.all(stored),
            entries(lines),
            augmented,
            sources.templates(),
            all.refusals(),
            all.piecesLeftOut(),
            report.leaks(),
            all.changed(cleaning.changing()),
            tokens);
    byte[] json = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    DatasetFiles files =
        files(
            blobs.put(prefix + "manifest.json", new ByteArrayInputStream(json)),
            new DatasetBuilt.Part(stored.get("train"), total(lines)),
            part(stored.get("validation"), drafts.validation()),
            part(stored.get("test"), drafts.test()),
            stored.get("examples"),
            stored.get("refused"),
            Reports.store(blobs, prefix, report),
            lineage);
    return new Made.Built(files);
  }

  private Consumer<TokenCount> counts() {
    advance.begins(Stage.COUNTING, drafts.examples().count());
    Consumer<TokenCount> glances = drafts.glances().tokens();
    return count -> {
      glances.accept(count);
      advance.adds(1);
    };
  }

  private static long total(List<Long> lines) {
    return lines.stream().mapToLong(Long::longValue).sum();
  }

  private Report report(List<Long> lines, Report.Rejection rejection) throws IOException {
    return Reporting.of(
        order, drafts, sources, lines, all.piecesLeftOut(), rejection, cleaning.bounded());
  }

  private BlobRef lineage() throws IOException {
    return drafts.lineage().store(blobs, prefix, drafts.refused().file());
  }

  /** What the report reads is complete from now on. */
  private void closed() throws IOException {
    drafts.examples().close();
    drafts.refused().close();
  }

  private static DatasetBuilt.Part part(BlobRef stored, Lines lines) {
    return lines.count() == 0 ? null : new DatasetBuilt.Part(stored, lines.count());
  }

  private List<Manifest.SourceEntry> entries(List<Long> lines) {
    List<Manifest.SourceEntry> entries = new ArrayList<>();
    for (SourceReading source : sources.all()) {
      entries.add(Manifest.SourceEntry.of(source, lines.get(source.position())));
    }
    return entries;
  }

  private DatasetFiles files(
      BlobRef manifest,
      DatasetBuilt.Part train,
      DatasetBuilt.Part validation,
      DatasetBuilt.Part test,
      BlobRef examples,
      BlobRef refused,
      BlobRef report,
      BlobRef lineage) {
    return new DatasetFiles(
        sources.task().key(),
        sources.format(),
        manifest,
        train,
        validation,
        test,
        examples,
        refused,
        order.rows(),
        all.kept(),
        all.refused(),
        all.refusals(),
        report,
        lineage);
  }
}
