package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.exam.Language;
import java.util.List;
import java.util.Map;

/**
 * What came of a row, or of several.
 *
 * @param language in which a template asks
 * @param decides the part that the example falls into follows from this text alone
 * @param label the answer's class, for counting; null where the recipe has no classes
 * @param items the questions of an exam; null for all else, as is {@code leftOut}
 * @param structure the example's fields as data; null where the words say it all
 * @param columns where each of its fields stood, by role
 */
public record Example(
    Language language,
    String decides,
    Content content,
    String label,
    List<Item> items,
    List<ExamRow.Note> leftOut,
    Object structure,
    Map<String, Column> columns) {

  /** An example of anything but an exam, and without a class. */
  static Example of(Language language, String decides, Content content, Object structure, Row row) {
    return new Example(language, decides, content, null, null, null, structure, row.columns());
  }

  /** An example whose answer is a class. */
  static Example labelled(
      Language language, String decides, Content.Asked content, Object structure, Row row) {
    return new Example(
        language, decides, content, content.output(), null, null, structure, row.columns());
  }

  /**
   * Where the entries of its answer lie in the question; null where they are no words of it.
   *
   * @param messages its content in words; null for plain text
   */
  public List<Span> spans(List<Turn> messages) {
    return structure instanceof Tagging.Tagged tagged
        ? tagged.spans(messages.get(messages.size() - 2).content())
        : null;
  }
}
