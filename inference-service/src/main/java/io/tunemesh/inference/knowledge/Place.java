package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * Where a passage stands in its document; what the document has not is null.
 *
 * @param row the first record: a table's row, a document's paragraph
 * @param lastRow the last
 * @param cells of a table, as {@code A2:C2}
 * @param heading the headings above it, outermost first, as {@code Guide > Setup}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Place(
    String sheet, Integer row, Integer lastRow, String cells, Integer page, String heading) {

  /** Whether {@code next} can go on in the same passage. */
  boolean goesOn(Place next) {
    return cells == null
        && next.cells == null
        && Objects.equals(sheet, next.sheet)
        && Objects.equals(heading, next.heading);
  }

  /** From here to {@code last}. */
  Place to(Place last) {
    return new Place(sheet, row, last.lastRow, cells, page, heading);
  }
}
