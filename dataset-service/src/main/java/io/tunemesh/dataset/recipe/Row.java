package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.ErrorValues;
import io.tunemesh.platform.template.PromptValues;
import java.util.Map;

/**
 * A row by the roles of its recipe.
 *
 * @param columns where each role stands in this row's sheet
 */
record Row(SourceRecord record, Map<String, Column> columns) {

  /**
   * A role's cell without what is blank around it, and with plain line ends; empty where there is
   * none. Throws Unusable where it is an error of a spreadsheet.
   */
  String text(String role) throws Unusable {
    String text = noted(role);
    if (ErrorValues.isOne(text)) {
      throw new Unusable(
          "error_value",
          role,
          "the cell of the %s holds the spreadsheet error %s; mend its formula"
              .formatted(role, text));
    }
    return text;
  }

  /** The same of a cell that is carried along and never learned, whatever it is. */
  String noted(String role) {
    return PromptValues.cell(verbatim(role));
  }

  /** A role's text. Throws Unusable where it is empty as well. */
  String needed(String role) throws Unusable {
    String text = text(role);
    if (text.isEmpty()) {
      throw new Unusable(
          "empty_cell", role, "the cell of the %s is empty; fill it in".formatted(role));
    }
    return text;
  }

  /** A role's cell as it came. */
  String verbatim(String role) {
    Column column = columns.get(role);
    return column == null ? "" : record.values().getOrDefault(column.name(), "");
  }

  Place place() {
    return Place.of(record);
  }
}
