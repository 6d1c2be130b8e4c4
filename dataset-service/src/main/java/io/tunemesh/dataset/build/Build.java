package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.BuildProgress.Stage;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the files of one dataset. Rows stream through files in {@code folder}, so memory does not
 * grow with the sources; the blobs are the same bytes for the same order, whoever builds it.
 */
final class Build {

  private final BlobStore blobs;
  private final TrainingLimit limit;
  private final Order order;
  private final List<List<BlobRef>> found;
  private final String prefix;
  private final Path folder;
  private final Cleaning cleaning;
  private final Sources sources;
  private final Augmenting augmenting;
  private final Tally all = new Tally();
  private final Advance advance;

  /**
   * @param found what others found in the chunks of each source, as {@link SourceReading} takes it;
   *     an empty list for a source that nobody else reads
   * @param advance is told how far it is
   */
  Build(
      BlobStore blobs,
      TrainingLimit limit,
      Order order,
      List<List<BlobRef>> found,
      String prefix,
      Path folder,
      Advance advance) {
    this.blobs = blobs;
    this.limit = limit;
    this.order = order;
    this.found = found;
    this.prefix = prefix;
    this.folder = folder;
    this.advance = advance;
    this.cleaning = new Cleaning(order.spec().clean());
    this.sources = new Sources(order, cleaning);
    this.augmenting = new Augmenting(order, cleaning, folder, blobs);
  }

  /** Chooses the recipes, reads, augments, mixes and stores, or tells why that cannot be. */
  Made run() throws IOException {
    Made.Rejected unreadable = sources.choose();
    if (unreadable == null) {
      unreadable = augmenting.misfit(sources.all());
    }
    if (unreadable != null) {
      return unreadable;
    }
    try (cleaning;
        augmenting;
        Drafts drafts = drafts()) {
      advance.begins(Stage.READING, order.rows());
      for (SourceReading source : sources.all()) {
        read(source.telling(advance::adds), drafts);
      }
      Made notYet = augmenting.run(sources.all(), drafts, all, limit.lines());
      if (notYet != null) {
        return notYet;
      }
      List<Long> lines = sources.mixed();
      Storing storing = new Storing(blobs, prefix, order, sources, drafts, all, cleaning, advance);
      long bytes = TrainingPart.bytes(drafts, lines);
      String code = unusable(lines, bytes);
      return code != null
          ? storing.rejected(code, why(code, lines, bytes))
          : storing.built(lines, augmenting.counts());
    }
  }

  private Drafts drafts() throws IOException {
    List<String> templates = sources.templates().stream().map(t -> t.text()).toList();
    return Drafts.in(folder, templates, Splitter.of(order.spec().split()).salt());
  }

  private void read(SourceReading source, Drafts drafts) throws IOException {
    List<BlobRef> chunks = found.get(source.position());
    try (Drafts.Source draft = drafts.next()) {
      LineSink sink = augmenting.watching(source, draft);
      if (chunks.isEmpty()) {
        source.read(blobs, sink);
      } else {
        source.read(blobs, chunks, sink);
      }
    }
    all.add(source.tally());
  }

  /** Why nothing can be trained with these lines, as a code; null where something can. */
  private String unusable(List<Long> lines, long bytes) {
    if (all.examples() == 0) {
      return "no_rows_kept";
    }
    if (total(lines) == 0) {
      return "no_training_examples";
    }
    return total(lines) > limit.lines() || bytes > limit.bytes() ? "mix_too_large" : null;
  }

  private String why(String code, List<Long> lines, long bytes) {
    return switch (code) {
      case "no_rows_kept" ->
          all.in() == 0
              ? "the sources have no rows; fill them in and upload them again"
              : "none of the %d rows could be used: %s".formatted(all.in(), all.reasons());
      case "no_training_examples" ->
          ("the split leaves none of the %d examples to train on%s; add rows, or choose smaller"
                  + " shares or another salt in 'split'")
              .formatted(
                  all.examples(), all.refused() == 0 ? "" : " (refused: " + all.reasons() + ")");
      default ->
          total(lines) > limit.lines()
              ? "the mix asks for %d training lines, and %d are the most; lower 'repeat' or 'extra'"
                  .formatted(total(lines), limit.lines())
              : ("the mix makes a training part of %d bytes, and %d are the most; lower 'repeat' or"
                      + " 'extra', or take fewer rows")
                  .formatted(bytes, limit.bytes());
    };
  }

  private static long total(List<Long> lines) {
    return lines.stream().mapToLong(Long::longValue).sum();
  }
}
