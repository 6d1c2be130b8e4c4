package io.tunemesh.dataset.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How long the examples of a dataset are for its base model, each counted once. It holds either why
 * they were not counted, or all else.
 *
 * @param absent why there are no counts; null where there are
 * @param model the id of the base model
 * @param tokenizerSha256 of its {@code tokenizer.json}
 * @param templateSha256 of its chat template
 * @param contentsOnly why the counts are of the messages' contents alone, without the chat
 *     template's own tokens, so that every example is somewhat longer; null where they are whole
 * @param note what may make the counts differ from training's
 * @param cutoffLen the longest example that training takes: the plan's, or the trainer's default,
 *     or what the model can take if that is less
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenReport(
    String absent,
    String model,
    String tokenizerSha256,
    String templateSha256,
    String contentsOnly,
    String note,
    Integer cutoffLen,
    Lengths lengths,
    CutOff cutOff,
    Problems problems) {

  /** Nothing was counted. */
  static TokenReport absent(String reason) {
    return new TokenReport(reason, null, null, null, null, null, null, null, null, null);
  }

  /**
   * The lengths of the examples that could be counted.
   *
   * @param prompt of {@code total}, those that the model is only shown
   * @param answer of {@code total}, those that it learns to say
   * @param p50 half of the examples are at most so long, as are 95 of 100 for {@code p95}
   */
  public record Lengths(
      long examples,
      long total,
      long prompt,
      long answer,
      double mean,
      int p50,
      int p95,
      int max) {}

  /**
   * The examples that are longer than training takes.
   *
   * @param tokens how many are cut off in all
   * @param leftOut examples of which nothing to learn is left; training leaves them out
   * @param first the first hundred
   */
  public record CutOff(long examples, long tokens, long leftOut, List<Place> first) {}

  /**
   * The examples that training with this model cannot take.
   *
   * @param first the first hundred
   */
  public record Problems(long examples, List<Place> first) {}

  /** An example with where it came from. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Place(
      String id, String split, String file, String sheet, int row, TokenCount tokens) {

    static Place of(Countable example, TokenCount tokens) {
      Countable.Origin at = example.lineage();
      return new Place(example.id(), example.split(), at.file(), at.sheet(), at.row(), tokens);
    }
  }
}
