package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import java.util.List;
import java.util.Map;

/**
 * How a dataset was made and what it holds. It names neither the dataset nor a time, so that the
 * same specification on the same inputs has the same manifest, byte for byte.
 *
 * @param spec as it was asked for
 * @param split with the defaults filled in
 * @param parts by {@code train}, {@code validation}, {@code test}
 * @param refusals refused rows by code
 */
record Manifest(
    String format,
    DatasetSpec spec,
    Split split,
    Rows rows,
    Map<String, PartFile> parts,
    Map<String, FileHash> files,
    List<SourceEntry> sources,
    List<TemplateEntry> templates,
    Map<String, Long> refusals) {

  record Split(double validation, double test, String salt) {}

  record Rows(long in, long kept, long refused) {}

  /** A part: {@code lines} in its file, of so many different {@code examples}. */
  record PartFile(String file, String sha256, Long bytes, long lines, long examples) {}

  record FileHash(String sha256, Long bytes) {}

  /**
   * A source.
   *
   * @param records digest of the records that it was read into
   * @param trainLines how many lines of the training part it has after the mix
   */
  record SourceEntry(
      String file,
      String fileId,
      String records,
      String recipe,
      Rows rows,
      Map<String, Long> examples,
      long trainLines) {}

  record TemplateEntry(int source, String language, String name, String sha256, String text) {}
}
