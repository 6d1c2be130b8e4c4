package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.inference.job.Row;
import java.util.HashMap;
import java.util.Map;

/** The cells of a row as ingest-service has read them. */
final class Cells {

  private Cells() {}

  /** A cell by its column's name, of which letter case does not matter; empty if there is none. */
  static String cell(Map<String, String> cells, String column) {
    String exact = cells.get(column);
    if (exact != null) {
      return exact;
    }
    return cells.entrySet().stream()
        .filter(cell -> cell.getKey().strip().equalsIgnoreCase(column))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** The row's cells by the column's name. */
  static Map<String, String> of(Row row) {
    Map<String, String> cells = new HashMap<>();
    for (Map.Entry<String, JsonNode> cell : row.data().path("values").properties()) {
      cells.put(cell.getKey(), cell.getValue().asText());
    }
    return cells;
  }
}
