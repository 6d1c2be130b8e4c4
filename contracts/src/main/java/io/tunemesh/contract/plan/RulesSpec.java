package io.tunemesh.contract.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * What is done to a question before a model sees it and to its answer before the asker does. A rule
 * that is absent does nothing.
 *
 * @param before what is done to the question
 * @param after what is done to the answer
 * @param knowledge documents whose passages go along with the question
 */
public record RulesSpec(Before before, After after, Knowledge knowledge) {

  /**
   * Rules for the question. Those that change text change the user's, in the order given here.
   *
   * @param stripMarkup whether HTML's tags and entities are taken out
   * @param stripControls whether characters that are not to be seen are taken out
   * @param remove RE2 expressions; what matches one is taken out
   * @param normalizeWidths whether full-width letters and digits become narrow ones
   * @param collapseSpaces whether spaces in a row become one, and empty lines in a row one
   * @param question how the question is found in the text around it
   * @param forbidden what a question must not have; it is refused
   * @param fit how long the question may be
   */
  public record Before(
      Boolean stripMarkup,
      Boolean stripControls,
      @Size(max = 100) List<@NotNull @Size(min = 1, max = 1000) String> remove,
      Boolean normalizeWidths,
      Boolean collapseSpaces,
      Question question,
      ForbiddenInput forbidden,
      Fit fit) {}

  /**
   * Where the question stands in the last text of the user. A text in which none is found stays as
   * it is.
   *
   * @param marks what stands before a question, as {@code Question:}; the last in the text counts
   * @param ends what stands behind it, as {@code Answer:}
   * @param pattern an RE2 expression instead; its first group is the question
   */
  public record Question(
      @Size(max = 100) List<@NotNull @Size(min = 1, max = 100) String> marks,
      @Size(max = 100) List<@NotNull @Size(min = 1, max = 100) String> ends,
      @Size(min = 1, max = 1000) String pattern) {}

  /**
   * Words that a question must not have. Width and case do not matter; a word of letters that are
   * written with spaces between words counts where it stands alone.
   *
   * @param message what the asker is told instead of our own words
   */
  public record ForbiddenInput(
      @NotEmpty @Size(max = 100000) List<@NotNull @Size(min = 1, max = 100) String> words,
      @Size(min = 1, max = 1000) String message) {}

  /**
   * The most that the texts of a question may have, by tokens of the base model or by characters.
   * The oldest turns are left out first; the last text of the user is cut then.
   *
   * @param keep which part of a text that is cut stays; {@code start} when absent
   * @param otherwise {@code refuse} answers with an error instead; {@code cut} when absent
   */
  public record Fit(
      @Min(1) Integer tokens,
      @Min(1) Integer characters,
      @Pattern(regexp = "start|end|both") String keep,
      @Pattern(regexp = "cut|refuse") String otherwise) {}

  /**
   * Rules for the answer, in the order in which they act.
   *
   * @param rank which of several candidates is given, and in which order
   * @param duplicates what is dropped when it was said before
   * @param forbidden words that an answer must not have
   * @param length where an answer is cut
   * @param label the answer is one of these labels
   * @param json the answer is JSON
   */
  public record After(
      Rank rank,
      Duplicates duplicates,
      ForbiddenOutput forbidden,
      Length length,
      Label label,
      JsonForm json) {}

  /**
   * Several candidates in an order.
   *
   * @param by {@code agreement}: the one that is most like the others first; {@code longest},
   *     {@code shortest}; {@code valid}: those that are a label or JSON as asked for first
   * @param ask how many candidates the model is asked for where the asker names no {@code n}
   * @param keep how many are given; all when absent
   */
  public record Rank(
      @NotNull @Pattern(regexp = "agreement|longest|shortest|valid") String by,
      @Min(2) @Max(16) Integer ask,
      @Min(1) @Max(16) Integer keep) {}

  /**
   * What is dropped when the answer has said it before, width, case and punctuation aside.
   *
   * @param of what is compared; {@code sentences} when absent
   * @param shortest with fewer letters and digits a piece is never dropped; 4 when absent
   */
  public record Duplicates(
      @Pattern(regexp = "lines|sentences") String of, @Min(1) @Max(1000) Integer shortest) {}

  /**
   * Words that an answer must not have, found as those of a question.
   *
   * @param action what is done; {@code mask} when absent
   * @param mask stands for each character of a masked word; {@code *} when absent
   */
  public record ForbiddenOutput(
      @NotEmpty @Size(max = 100000) List<@NotNull @Size(min = 1, max = 100) String> words,
      @Pattern(regexp = "mask|remove|refuse") String action,
      @Size(min = 1, max = 1) String mask) {}

  /**
   * The most that an answer may have. It ends with the last sentence that fits.
   *
   * @param characters counted as Unicode's code points
   */
  public record Length(@NotNull @Min(1) Integer characters) {}

  /**
   * The answer becomes the one label that it names.
   *
   * @param labels as they are given
   * @param otherwise the label of an answer that names none or several; it is refused when absent
   */
  public record Label(
      @NotEmpty @Size(max = 1000) List<@NotNull @Size(min = 1, max = 200) String> labels,
      @Size(min = 1, max = 200) String otherwise) {}

  /**
   * The answer becomes the JSON in it, or is refused.
   *
   * @param schema a JSON Schema that it must keep; any JSON will do when absent
   * @param ask whether the model is asked for it by {@code response_format}, which its engine must
   *     know; not when absent
   */
  public record JsonForm(ObjectNode schema, Boolean ask) {}

  /**
   * Passages of documents that go along with the question.
   *
   * @param vectorStoreIds where they are looked for
   * @param maxResults at most so many passages; 5 when absent
   * @param scoreThreshold passages with a lower score stay out; 0 when absent
   * @param instruction what the model is told before the passages instead of our own words
   */
  public record Knowledge(
      @NotEmpty @Size(max = 10)
          List<@Valid @NotNull @Size(min = 1, max = 100) String> vectorStoreIds,
      @Min(1) @Max(50) Integer maxResults,
      @DecimalMin("0") @DecimalMax("1") Double scoreThreshold,
      @Size(min = 1, max = 10000) String instruction) {}
}
