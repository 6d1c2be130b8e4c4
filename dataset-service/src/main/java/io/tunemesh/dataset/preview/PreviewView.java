package io.tunemesh.dataset.preview;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.augment.Count;
import io.tunemesh.dataset.augment.Step;
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
 * @param examples as the dataset would hold them, some of each source, and behind each those that
 *     are made of it
 * @param refused the first rows of each source that would not be used
 * @param augmented what each step of an {@code augment} makes of the examples that are shown; null
 *     where there is none
 * @param tokens how long the examples that are shown are for the base model
 */
public record PreviewView(
    String object,
    String task,
    List<SourceView> sources,
    List<ExampleLine> examples,
    List<RefusedLine> refused,
    List<AugmentedView> augmented,
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

  /**
   * One entry of a source's {@code augment}.
   *
   * @param source the position of its source in the specification
   * @param step its position in the source's {@code augment}
   * @param tried as in the manifest, as are {@code made} and {@code dropped}; null where a model
   *     would be asked
   * @param questions what a model would be asked if there were no other examples; null where none
   *     is
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AugmentedView(
      int source,
      int step,
      String method,
      Long tried,
      Long made,
      Map<String, Long> dropped,
      List<Question> questions) {

    static AugmentedView of(Count count) {
      return new AugmentedView(
          count.source(),
          count.step(),
          count.method(),
          count.tried(),
          count.made(),
          count.dropped(),
          null);
    }

    static AugmentedView asking(Step step, List<Question> questions) {
      String method = step.method().key();
      return new AugmentedView(step.source(), step.index(), method, null, null, null, questions);
    }
  }

  /**
   * A question that a served model would be asked.
   *
   * @param parent the id of the first example that it shows
   * @param request the body of the chat completion
   */
  public record Question(String parent, JsonNode request) {}
}
