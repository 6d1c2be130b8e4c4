package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.table.Formulas;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Examples as a table by RFC 4180, with a byte order mark, without which Excel takes Chinese for
 * something else. An exam has a row for each of its questions. No text begins as a formula does;
 * see {@link Formulas}.
 */
final class CsvRows implements ExampleWriter {

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Writer out;
  private final CsvWriter csv;
  private final List<String> columns;

  /**
   * @param recipes those that the examples are of
   */
  CsvRows(OutputStream out, Collection<String> recipes) throws IOException {
    this.out = Utf8.writer(out);
    this.columns = CsvFields.of(recipes);
    this.out.write('\uFEFF');
    this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(this.out);
    csv.writeRecord(columns);
  }

  @Override
  public void add(ExampleLine example) throws IOException {
    Map<String, Object> cells = common(example);
    JsonNode fields = Fields.of(example);
    for (String column : CsvFields.of(example.recipe())) {
      cells.put(column, fields.hasNonNull(column) ? fields.get(column) : own(example, column));
    }
    if (example.items() == null) {
      write(cells);
      return;
    }
    for (Item item : example.items()) {
      cells.put("number", item.number());
      cells.put("question", item.stem());
      cells.putAll(item.options());
      cells.put("answer", String.valueOf(item.answer()));
      write(cells);
    }
  }

  @Override
  public void end() throws IOException {
    csv.flush();
    out.flush();
  }

  private static Map<String, Object> common(ExampleLine example) {
    Map<String, Object> cells = new HashMap<>();
    cells.put(CsvFields.EXAMPLE_ID, example.id());
    cells.put(CsvFields.SPLIT, example.split());
    cells.put(CsvFields.RECIPE, example.recipe());
    ExampleLine.Lineage from = example.lineage();
    cells.put("file", from.file());
    cells.put("sheet", from.sheet());
    cells.put("first_row", from.firstRow() == null ? from.row() : from.firstRow());
    cells.put("row", from.row());
    if (example.augmented() != null) {
      cells.put("augmented", example.augmented().method());
      cells.put("parent", example.augmented().parent());
    }
    return cells;
  }

  private static Object own(ExampleLine example, String column) {
    return switch (column) {
      case CsvFields.MESSAGES -> example.messages();
      case "text" -> example.text();
      case "prompt" -> lastOf("user", example);
      case "system" -> lastOf("system", example);
      default -> null;
    };
  }

  private static String lastOf(String role, ExampleLine example) {
    return example.messages().stream()
        .filter(turn -> turn.role().equals(role))
        .reduce((first, second) -> second)
        .map(Turn::content)
        .orElse(null);
  }

  private void write(Map<String, Object> cells) throws IOException {
    List<String> row = new ArrayList<>(columns.size());
    for (String column : columns) {
      row.add(cell(cells.get(column)));
    }
    csv.writeRecord(row);
  }

  /** A number is none that a spreadsheet could take for a formula, and stays one. */
  private static String cell(Object value) throws JsonProcessingException {
    return switch (value) {
      case null -> "";
      case String text -> Formulas.neutral(text);
      case Integer number -> number.toString();
      case JsonNode node when node.isTextual() -> Formulas.neutral(node.asText());
      case JsonNode node when node.isNumber() -> node.decimalValue().toPlainString();
      default -> Formulas.neutral(JSON.writeValueAsString(value));
    };
  }
}
