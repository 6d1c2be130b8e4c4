package io.tunemesh.dataset.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import java.io.IOException;

/** What became of a row: an example or a refusal; the other is null. */
@JsonInclude(Include.NON_NULL)
record Traced(Example example, RefusedLine refusal) {

  /**
   * An example without its words.
   *
   * @param augmented how it was made of another example; null where it was made of its rows
   */
  @JsonInclude(Include.NON_NULL)
  record Example(
      String id, String split, String recipe, JsonNode augmented, ExampleLine.Lineage lineage) {

    /** Whether a column of its rows is in it; that is so where the recipe names no columns. */
    boolean uses(String letter) {
      return letter == null
          || lineage.columns() == null
          || lineage.columns().isEmpty()
          || lineage.columns().values().stream().anyMatch(c -> c.letter().equals(letter));
    }
  }

  static Traced refused(String line) throws IOException {
    return new Traced(null, LineageIndex.read(line, RefusedLine.class));
  }

  LineageIndex.Span span() {
    if (example == null) {
      return new LineageIndex.Span(refusal.fileId(), refusal.sheet(), refusal.row(), refusal.row());
    }
    return LineageIndex.Span.of(example.lineage());
  }
}
