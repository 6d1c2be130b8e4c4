package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import java.util.List;
import java.util.Map;

/**
 * One example, in text and in structure, with the row it came from. Its property order is the order
 * in the file: a reader may find a line by its id without reading the rest.
 *
 * @param split {@code train}, {@code validation} or {@code test}
 * @param leftOut the row's questions that are no single-choice questions
 */
public record ExampleLine(
    String id,
    String split,
    List<Message> messages,
    String language,
    List<Item> items,
    List<ExamRow.Note> leftOut,
    Lineage lineage) {

  /** One turn of a chat. */
  public record Message(String role, String content) {}

  /**
   * Where an example came from.
   *
   * @param columns the header and letter of each part, by role
   */
  public record Lineage(
      String file, String fileId, String sheet, int row, Map<String, Column> columns) {}
}
