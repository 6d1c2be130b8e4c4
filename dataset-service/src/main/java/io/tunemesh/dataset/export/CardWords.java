package io.tunemesh.dataset.export;

/** The sentences of a {@link Card}. */
final class CardWords {

  static final String INTRODUCTION =
      "Made by Tunemesh from files that people had, as the dataset `%s`, for the task `%s`.\n\n";

  static final String ROWS =
      """
      ## Where it comes from

      Every row of the sources counts once: **%d rows in = %d kept + %d refused**.

      """;

  static final String SPLITS =
      """

      The split of an example follows from its content, so it stays when rows are added. Each example is here once.
      """;

  static final String MIX =
      """
      For training the sources were mixed by their `repeat` and `weight`, into %d lines.
      """;

  static final String TEMPLATES =
      "By these the fields of a row became the turns of a chat; the dataset's own words are in"
          + " `structure`.\n";

  static final String MESSAGES =
      """
      | `messages` | the chat: a list of `role` (system, user, assistant), `content`, and `weight`, \
      which is 0 for a turn to learn nothing from |""";

  static final String TEXT = "| `text` | the text |";

  static final String LINEAGE =
      """

      ## Columns

      | column | holds |
      |---|---|
      | `id` | the example's name in the dataset |
      | `split` | train, validation or test |
      | `recipe` | how its row was read |
      | `language` | zh or en |
      %s
      | `structure` | the fields of the row, or the questions of an exam, as JSON |
      | `file`, `file_id` | the source |
      | `sheet`, `first_row`, `row` | where in the source it stands: the rows from the first to the last |
      | `augmented`, `parent` | how the example was made of which other; empty for those of a row |
      """;

  static final String LOADING =
      """

      ## Load it

      ```python
      from datasets import load_dataset

      dataset = load_dataset("path/to/this/folder")
      ```
      """;

  private CardWords() {}
}
