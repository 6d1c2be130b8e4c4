package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.augment.Augmented;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Span;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.token.Countable;
import io.tunemesh.dataset.token.TokenCount;
import java.util.List;
import java.util.Map;

/**
 * One example, in text and in structure, with the rows it came from. Its property order is the
 * order in the file: a reader may find a line by its id without reading the rest.
 *
 * @param split {@code train}, {@code validation} or {@code test}
 * @param messages the chat; null for plain text
 * @param text the plain text; null for a chat
 * @param spans where each entry of a tagging answer lies in the message before it; null for any
 *     other example
 * @param items the questions of an exam; null for any other recipe, as is {@code leftOut}
 * @param leftOut the row's questions that are no single-choice questions
 * @param structure the fields of the example as the recipe names them; null where the messages or
 *     the items say it all
 * @param augmented null where the example is of a row, as nearly all are; the lineage of one that
 *     was made from another is the other's
 * @param tokens how long it is for the base model; null where that was not counted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExampleLine(
    String id,
    String split,
    String recipe,
    List<Turn> messages,
    String text,
    List<Span> spans,
    String language,
    List<Item> items,
    List<ExamRow.Note> leftOut,
    @JsonDeserialize(as = JsonNode.class) Object structure,
    Lineage lineage,
    Augmented augmented,
    TokenCount tokens) {

  /** An example that is no tagging, and not counted yet. */
  public ExampleLine(
      String id,
      String split,
      String recipe,
      List<Turn> messages,
      String text,
      String language,
      List<Item> items,
      List<ExamRow.Note> leftOut,
      Object structure,
      Lineage lineage,
      Augmented augmented) {
    this(
        id, split, recipe, messages, text, null, language, items, leftOut, structure, lineage,
        augmented, null);
  }

  /** The same example, counted. */
  public ExampleLine with(TokenCount tokens) {
    return new ExampleLine(
        id, split, recipe, messages, text, spans, language, items, leftOut, structure, lineage,
        augmented, tokens);
  }

  /** Whether it is known to be longer than training takes. */
  @JsonIgnore
  public boolean isCutOff() {
    return tokens != null && tokens.cutOff() != null;
  }

  /** What of it is counted in tokens. */
  public Countable countable() {
    return new Countable(
        id,
        split,
        messages,
        text,
        new Countable.Origin(lineage.file(), lineage.sheet(), lineage.row()));
  }

  /**
   * Where an example came from.
   *
   * @param row the row that it stands for, the last of those that it shows
   * @param firstRow the first row that it shows; null where there is only one
   * @param columns the header and letter of each part, by role
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Lineage(
      String file,
      String fileId,
      String sheet,
      int row,
      Integer firstRow,
      Map<String, Column> columns) {}
}
