package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.report.Leaks;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.token.TokenReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a dataset was made and what it holds. It names neither the dataset nor a time, so that the
 * same specification on the same inputs has the same manifest, byte for byte.
 *
 * @param task what the examples are for, as {@code DatasetBuilt} tells it
 * @param format {@code exam} where every output has the exam's canonical form, else null
 * @param spec as it was asked for
 * @param split with the defaults filled in
 * @param parts by {@code train}, {@code validation}, {@code test}
 * @param augmented what each {@code augment} made, in the specification's order; null without any
 * @param refusals refused rows by code
 * @param piecesLeftOut pieces of long rows that are left out of rows which are kept, by code; null
 *     where there are none
 * @param leaks examples of validation and test that are in training too
 * @param changed examples whose text a rule of cleaning changed, by the rule's setting; null where
 *     no such rule was asked for
 * @param tokens how long the examples are for the base model
 */
record Manifest(
    String task,
    String format,
    DatasetSpec spec,
    Split split,
    Rows rows,
    Map<String, PartFile> parts,
    Map<String, FileHash> files,
    List<SourceEntry> sources,
    List<Count> augmented,
    List<TemplateEntry> templates,
    Map<String, Long> refusals,
    Map<String, Long> piecesLeftOut,
    Leaks leaks,
    Map<String, Long> changed,
    TokenReport tokens) {

  record Split(double validation, double test, String salt) {

    static Split of(Splitter splitter) {
      return new Split(splitter.validation(), splitter.test(), splitter.salt());
    }
  }

  record Rows(long in, long kept, long refused) {

    static Rows of(Tally tally) {
      return new Rows(tally.in(), tally.kept(), tally.refused());
    }
  }

  /** A part: {@code lines} in its file, of so many different {@code examples}. */
  record PartFile(String file, String sha256, Long bytes, long lines, long examples) {

    static Map<String, PartFile> all(Map<String, BlobRef> stored, Tally tally, long trainLines) {
      Map<String, PartFile> parts = new TreeMap<>();
      for (Part part : Part.values()) {
        BlobRef ref = stored.get(part.key());
        long examples = tally.examples(part);
        long lines = part == Part.TRAIN ? trainLines : examples;
        parts.put(
            part.key(),
            new PartFile(part.key() + ".jsonl", ref.sha256(), ref.bytes(), lines, examples));
      }
      return parts;
    }
  }

  record FileHash(String sha256, Long bytes) {

    static Map<String, FileHash> all(Map<String, BlobRef> stored) {
      Map<String, FileHash> files = new TreeMap<>();
      stored.forEach(
          (name, ref) -> files.put(name + ".jsonl", new FileHash(ref.sha256(), ref.bytes())));
      return files;
    }
  }

  /**
   * A source.
   *
   * @param records digest of the records that it was read into
   * @param recipe the one that was used, where the specification left the choice
   * @param labels examples of each class, in all parts; null where there are no classes
   * @param examples by part; those for training include what was made of them
   * @param trainLines how many lines of the training part it has after the mix
   */
  record SourceEntry(
      String file,
      String fileId,
      String records,
      String recipe,
      String task,
      Rows rows,
      Map<String, Long> examples,
      Map<String, Long> labels,
      long trainLines) {

    static SourceEntry of(SourceReading reading, long trainLines) {
      Tally tally = reading.tally();
      Map<String, Long> examples = new TreeMap<>();
      for (Part part : Part.values()) {
        examples.put(part.key(), tally.examples(part));
      }
      return new SourceEntry(
          reading.file().filename(),
          reading.file().fileId(),
          reading.file().records().sha256(),
          reading.type().name(),
          reading.type().task().key(),
          Rows.of(tally),
          examples,
          tally.labels(),
          trainLines);
    }
  }

  /** A template; {@code language} is null for one that asks in every language. */
  record TemplateEntry(int source, String language, String name, String sha256, String text) {}
}
