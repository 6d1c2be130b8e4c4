package io.tunemesh.contract.plan;

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
import java.util.Map;

/**
 * How a dataset is made. The same specification on the same inputs gives the same bytes.
 *
 * @param name for people; the dataset's id when absent
 * @param sources the files, in the order in which their examples are taken
 * @param split when absent, the service's documented shares
 * @param clean which examples are mended or removed; none when absent
 * @param baseModel the id of the base model whose tokens the examples are counted in, where no
 *     training names one; the service's default when absent
 */
public record DatasetSpec(
    @Size(min = 1, max = 64) String name,
    @NotEmpty List<@Valid @NotNull Source> sources,
    Split split,
    Clean clean,
    @Size(min = 1, max = 256) String baseModel) {

  /** A specification that names no base model. */
  public DatasetSpec(String name, List<Source> sources, Split split, Clean clean) {
    this(name, sources, split, clean, null);
  }

  /** A specification that removes nothing. */
  public DatasetSpec(String name, List<Source> sources, Split split) {
    this(name, sources, split, null);
  }

  /**
   * One file, or a part of one.
   *
   * @param file a file id, or the file's name among the uploads of the same run
   * @param recipe how its records become examples; {@code auto}, which is used when absent, chooses
   *     by the kind of the file and its columns
   * @param columns the recipe's role to the header's text, where the recipe cannot find it alone
   * @param template the name of a prompt template, or the template itself when it contains a line
   *     break
   * @param repeat how often each training example is taken; 1 when absent
   * @param extra so many training examples once more, taken evenly over the file; 0 when absent
   * @param limit at most so many of the source's examples, the first in file order
   * @param weight the share of this source among the training lines, relative to the other sources'
   *     weights; where one source has a weight, one without counts as 1. There are as many lines as
   *     without weights, so that a large source with a small weight is not all trained on
   * @param settings what the recipe lets you choose, by name, as {@code role}; a number or true and
   *     false mean their text
   * @param filters only rows that pass all of these are read; the others are refused as {@code
   *     filtered}
   * @param augment how more training examples are made of the source's own; none when absent
   */
  public record Source(
      @NotNull @Size(min = 1, max = 512) String file,
      @Pattern(regexp = RECIPES) String recipe,
      Map<String, String> columns,
      @Size(min = 1, max = 100000) String template,
      @Min(1) Integer repeat,
      @Min(0) Integer extra,
      @Min(1) Integer limit,
      @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000000") Double weight,
      Map<String, String> settings,
      List<@Valid @NotNull Filter> filters,
      @Size(max = 10) List<@Valid @NotNull Augment> augment) {

    private static final String RECIPES =
        "auto|exam|paper_classification|role_dialogue|alpaca|sharegpt|messages|context_response"
            + "|text_classification|sentence_pair|regression|plain_text|tagging|translation"
            + "|knowledge";

    /** A source whose recipe is left at its own settings, and of which no row is filtered out. */
    public Source(
        String file,
        String recipe,
        Map<String, String> columns,
        String template,
        Integer repeat,
        Integer limit,
        Double weight) {
      this(file, recipe, columns, template, repeat, limit, weight, null, null);
    }

    /** A source of which no more examples are made than it has. */
    public Source(
        String file,
        String recipe,
        Map<String, String> columns,
        String template,
        Integer repeat,
        Integer limit,
        Double weight,
        Map<String, String> settings,
        List<Filter> filters) {
      this(file, recipe, columns, template, repeat, null, limit, weight, settings, filters, null);
    }
  }

  /**
   * One condition that a row must meet to be read.
   *
   * @param column the header's text
   * @param test how the cell is held against {@code value}; {@code matches} takes an RE2 expression
   *     that is found anywhere in the cell, {@code at_least} and {@code at_most} compare numbers,
   *     {@code not_empty} needs no value
   * @param value what the cell is held against; a number or true and false mean their text
   */
  public record Filter(
      @NotNull @Size(min = 1, max = 512) String column,
      @NotNull @Pattern(regexp = "equals|not_equals|contains|matches|at_least|at_most|not_empty")
          String test,
      @Size(max = 10000) String value) {}

  /**
   * One way to make more examples of a source. Only training examples are made more of, and what is
   * made of them is trained on alone; each is marked with its method and its parent.
   *
   * @param method {@code shuffle_options} puts the options of exam questions in another order and
   *     the answers with them, {@code synonyms} exchanges words of what is asked, {@code generate}
   *     has a served model write examples of the same form, {@code paraphrase} has it say what is
   *     asked in other words, {@code back_translation} by another language and back
   * @param copies how many are made of each example; 1 when absent
   * @param share for {@code synonyms}: the most of an example's words that are exchanged, one at
   *     least; 0.1 when absent
   * @param words for {@code synonyms}: each word with its synonyms, with commas between them; a
   *     word with none stays as it is
   * @param wordsFile for {@code synonyms}, instead of {@code words}: the id, or the name in the
   *     run, of an uploaded table of words, each with its synonyms in the columns after it
   * @param model for {@code generate}, {@code paraphrase} and {@code back_translation}: the served
   *     model that is asked, as {@code /v1/chat/completions} names it
   * @param examples for {@code generate} and {@code paraphrase}: how many training examples each
   *     request shows; 3 when absent
   * @param instruction with a model: what it is told besides the form
   * @param max with a model: the most examples that it is asked for; 200 when absent
   * @param temperature with a model: how freely it chooses its words; 0.8 when absent
   * @param through for {@code back_translation}: the language in between, by its name
   */
  public record Augment(
      @NotNull @Pattern(regexp = "shuffle_options|synonyms|generate|paraphrase|back_translation")
          String method,
      @Min(1) @Max(20) Integer copies,
      @DecimalMin(value = "0", inclusive = false) @DecimalMax("0.5") Double share,
      Map<String, String> words,
      @Size(min = 1, max = 512) String wordsFile,
      @Size(min = 1, max = 256) String model,
      @Min(1) @Max(5) Integer examples,
      @Size(min = 1, max = 10000) String instruction,
      @Min(1) @Max(2000) Integer max,
      @DecimalMin("0") @DecimalMax("2") Double temperature,
      @Size(min = 1, max = 64) String through) {}

  /**
   * What is mended in the examples of all sources and what is removed of them, each removed one
   * with its reason among the refused rows. The text is mended first.
   *
   * @param duplicates {@code exact} removes an example that is an earlier one but for width, case,
   *     spaces and punctuation, {@code near} one that is almost the same as well; {@code keep},
   *     which is used when absent, none
   * @param similarity the share of common pieces of text from which two are almost the same; 0.8
   *     when absent
   * @param minCharacters the least that an example's own rows ask and answer
   * @param maxCharacters the most
   * @param garbled {@code remove} removes an example whose characters are not those that were
   *     written, because bytes were lost or read in a wrong encoding; {@code keep} when absent
   * @param controls {@code strip} takes out control characters, byte order marks, zero widths and
   *     marks of direction where no script needs them, {@code remove} removes an example that has
   *     one; {@code keep} when absent
   * @param repetition {@code remove} removes an example that says the same lines or runs of words
   *     over and over, by the rules of the Gopher corpus; {@code keep} when absent
   * @param normalizeWidths makes full-width Latin letters and digits narrow ones
   * @param stripMarkup takes HTML's tags out, and puts characters in the place of its entities
   */
  public record Clean(
      @Pattern(regexp = "keep|exact|near") String duplicates,
      @DecimalMin("0.5") @DecimalMax("1") Double similarity,
      @Min(1) Integer minCharacters,
      @Min(1) Integer maxCharacters,
      @Pattern(regexp = "keep|remove") String garbled,
      @Pattern(regexp = "keep|strip|remove") String controls,
      @Pattern(regexp = "keep|remove") String repetition,
      Boolean normalizeWidths,
      Boolean stripMarkup) {

    /** Changes nothing and removes nothing. */
    public static final Clean NOTHING = new Clean(null, null, null, null);

    /** A cleaning that leaves the text of the examples as it is. */
    public Clean(
        String duplicates, Double similarity, Integer minCharacters, Integer maxCharacters) {
      this(duplicates, similarity, minCharacters, maxCharacters, null, null, null, null, null);
    }
  }

  /**
   * Shares of the rows, chosen by a hash of each row's content, so that a row never moves when
   * others are added.
   *
   * @param validation the share that watches the training; 0.1 when absent
   * @param test the share that only the final measurement sees; 0.1 when absent
   * @param salt changes the choice; empty when absent
   */
  public record Split(
      @DecimalMin("0") @DecimalMax("0.9") Double validation,
      @DecimalMin("0") @DecimalMax("0.9") Double test,
      String salt) {}
}
