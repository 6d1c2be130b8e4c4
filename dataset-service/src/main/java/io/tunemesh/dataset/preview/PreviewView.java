package io.tunemesh.dataset.preview;

import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.token.TokenReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a specification would make of the beginning of its sources. Nothing of it is stored.
 *
 * @param object always {@code dataset.preview}
 * @param task what the dataset would be for
 * @param examples as the dataset would hold them, some of each source
 * @param refused the first rows of each source that would not be used
 * @param tokens how long the examples that are shown are for the base model
 */
public record PreviewView(
    String object,
    String task,
    List<SourceView> sources,
    List<ExampleLine> examples,
    List<RefusedLine> refused,
    TokenReport tokens) {

  /**
   * One source, as far as it was read.
   *
   * @param recipe the one that is used, where the specification left the choice
   * @param rowsRead of {@code rows}
   * @param refusals refused rows by code, among those that were read
   * @param changed examples whose text was changed, by the rule of cleaning; null without such
   */
  public record SourceView(
      String file,
      String fileId,
      String recipe,
      String task,
      long rows,
      long rowsRead,
      long rowsKept,
      long rowsRefused,
      Map<String, Long> refusals,
      Map<String, Long> changed) {

    static SourceView of(SourceReading reading, long rowsRead, Set<String> changing) {
      return new SourceView(
          reading.file().filename(),
          reading.file().fileId(),
          reading.type().name(),
          reading.type().task().key(),
          reading.file().rows(),
          rowsRead,
          reading.tally().kept(),
          reading.tally().refused(),
          reading.tally().refusals(),
          reading.tally().changed(changing));
    }
  }
}
