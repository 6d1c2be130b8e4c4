package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a table job asks of each row.
 *
 * @param recipe whose prompt is asked; null where the template is the client's own
 * @param template the client's own words, or its own template of the recipe; may be null
 * @param system the system message beside a template of the client's own; may be null
 * @param columns the table's column for each value that the prompt shows, where the names differ
 * @param settings of the recipe
 * @param language of the prompt; null to decide by the row
 * @param labels what an answer may be; empty for anything
 * @param parameters further fields of the request
 */
record PredictionSpec(
    String model,
    String recipe,
    String template,
    String system,
    Map<String, String> columns,
    Map<String, String> settings,
    String language,
    Task task,
    List<String> labels,
    ObjectNode parameters,
    Output output,
    String completionWindow) {

  /** Whether a tagging recipe has a tag for each word rather than entities. */
  boolean tagsWords() {
    return "plain".equals(settings.get("scheme"));
  }

  /** How a row is asked. */
  enum Task {
    CHAT,
    CLASSIFY
  }

  /**
   * The columns of the output.
   *
   * @param columns that are taken over from the table; null for the recipe's, or all
   * @param answer the name of the answer's column
   * @param probability the name of the probability's column; null for none
   * @param bom whether the file begins with a byte order mark, as Excel wants it
   */
  record Output(List<String> columns, String answer, String probability, boolean bom) {}
}
