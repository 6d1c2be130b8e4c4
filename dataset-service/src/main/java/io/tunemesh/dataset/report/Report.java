package io.tunemesh.dataset.report;

import io.tunemesh.contract.Where;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * What a dataset is made of, and what a person should look at before a model is trained on it. It
 * names neither the dataset nor a time, so that the same specification on the same inputs has the
 * same report, byte for byte. Shares are from 0 to 1, with four decimals.
 *
 * @param object always {@code dataset.report}
 * @param rejected null where the dataset was built
 * @param lookAt the worst first; never empty
 * @param rows null where the dataset was rejected before any row was read
 * @param labels null where no example has a class
 * @param letters null where there are no single-choice questions
 * @param piecesLeftOut pieces of long rows that are left out of rows which are kept, by code; null
 *     where there are none
 * @param duplicates null where there are no examples, as {@code leaks} is
 */
public record Report(
    @NotNull String object,
    String name,
    String task,
    String format,
    Rejection rejected,
    @NotNull List<Finding> lookAt,
    Rows rows,
    @NotNull List<SourceRows> sources,
    @NotNull List<SplitPart> splits,
    @NotNull List<LanguageCount> languages,
    @NotNull Lengths lengths,
    LabelBalance labels,
    LetterBalance letters,
    Duplicates duplicates,
    Leaks leaks,
    @NotNull List<RefusalGroup> refusals,
    Map<String, Long> piecesLeftOut,
    @NotNull List<TemplateUse> templates,
    @NotNull List<Sample> samples) {

  Report lookedAt(List<Finding> findings) {
    return new Report(
        object,
        name,
        task,
        format,
        rejected,
        findings,
        rows,
        sources,
        splits,
        languages,
        lengths,
        labels,
        letters,
        duplicates,
        leaks,
        refusals,
        piecesLeftOut,
        templates,
        samples);
  }

  /** Why there is no dataset. */
  public record Rejection(@NotNull String code, @NotNull String message, Where where) {}

  /**
   * The fate of rows: {@code in = kept + refused + removed}, always.
   *
   * @param refused rows that cannot be used as they are, or that a filter or a limit leaves out
   * @param removed rows that could be used and that the specification's cleaning takes out
   * @param examples how many came of the rows that were kept, with those made from other examples
   */
  public record Rows(long in, long kept, long refused, long removed, long examples) {

    public Rows {
      if (in != kept + refused + removed) {
        throw new IllegalStateException(
            "%d rows came in, but %d were kept, %d refused and %d removed"
                .formatted(in, kept, refused, removed));
      }
    }
  }

  /**
   * A source.
   *
   * @param fileId null where it never came
   * @param rowsIn the rows of the file; null where it could not be read
   * @param rows null where no row was read
   * @param trainExamples its examples that are there to train on
   * @param trainLines how many lines of the training part it has after the mix; both null where
   *     there is no training part
   */
  public record SourceRows(
      @NotNull String file,
      String fileId,
      String recipe,
      Long rowsIn,
      Rows rows,
      Long trainExamples,
      Long trainLines) {

    /** How many of its examples the mix never trains on. */
    long leftOut() {
      return trainLines == null ? 0 : Math.max(0, trainExamples - trainLines);
    }
  }

  /**
   * A part of the split.
   *
   * @param share of the examples
   * @param asked the share that was asked for
   * @param lines in its file: for training, after the mix
   */
  public record SplitPart(
      @NotNull String part, long examples, double share, double asked, long lines) {}

  /** The examples of one language. */
  public record LanguageCount(
      @NotNull String language,
      long examples,
      double share,
      long train,
      long validation,
      long test) {}

  /** A template as it was used; {@code language} is null for one that asks in every language. */
  public record TemplateUse(
      int source,
      String language,
      @NotNull String name,
      @NotNull String sha256,
      @NotNull String text) {}

  /**
   * An example and where it stands.
   *
   * @param row the row that it stands for, the last of those that it shows
   * @param firstRow null where it shows one row only
   * @param text the beginning of its question
   */
  public record ExampleAt(
      @NotNull String id,
      @NotNull String split,
      @NotNull String file,
      String fileId,
      String sheet,
      int row,
      Integer firstRow,
      String text) {}

  /**
   * The refused rows of one code.
   *
   * @param kind {@code refused} or {@code removed}, as in {@link Rows}
   * @param list where all of them are, relative to the address of the report
   * @param first at most twenty, in the order of the sources
   */
  public record RefusalGroup(
      @NotNull String code,
      @NotNull String kind,
      long rows,
      double share,
      @NotNull String list,
      @NotNull List<RefusedCell> first) {}

  /** A refused row, with its cell where the fault is of one. */
  public record RefusedCell(
      @NotNull String id,
      @NotNull String file,
      String fileId,
      String sheet,
      int row,
      String cell,
      String column,
      String header,
      @NotNull String reason) {}

  /**
   * An example, shown.
   *
   * @param why it is shown: {@code first}, {@code shortest}, {@code longest} or {@code random}
   * @param messages null for plain text, as {@code text} is for a chat
   * @param moreMessages how many of its end are left out; null for none
   */
  public record Sample(
      @NotNull String why,
      @NotNull ExampleAt at,
      @NotNull String recipe,
      String language,
      List<SampleTurn> messages,
      Integer moreMessages,
      SampleTurn text) {}

  /**
   * One turn of a chat that is shown.
   *
   * @param weight 0 where the turn is kept out of the loss
   * @param cut how many characters are left out at its end; null for none
   */
  public record SampleTurn(
      @NotNull String role, @NotNull String content, Integer weight, Integer cut) {}
}
