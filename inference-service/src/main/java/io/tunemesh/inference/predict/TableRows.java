package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.job.Row;
import io.tunemesh.inference.job.Rows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The rows of a table as ingest-service has read them. */
final class TableRows implements Rows {

  private final BufferedReader in;
  private long index;

  TableRows(InputStream records) {
    this.in = new BufferedReader(new InputStreamReader(records, StandardCharsets.UTF_8), 1 << 16);
  }

  @Override
  public Row next() throws IOException {
    String line = in.readLine();
    return line == null ? null : new Row(index++, Json.MAPPER.readTree(line));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

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
  static Map<String, String> cells(Row row) {
    Map<String, String> cells = new HashMap<>();
    for (Map.Entry<String, JsonNode> cell : row.data().path("values").properties()) {
      cells.put(cell.getKey(), cell.getValue().asText());
    }
    return cells;
  }
}
