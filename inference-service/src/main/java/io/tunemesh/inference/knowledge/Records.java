package io.tunemesh.inference.knowledge;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads records as paragraphs: those of documents as they are, a table's rows as named values. */
final class Records {

  /** Text with its place. */
  record Paragraph(String text, Place place) {}

  private static final String LETTERS = "[A-Z]{1,3}";

  private final Map<String, List<Column>> columns = new LinkedHashMap<>();

  Records(UploadParsed file) {
    file.sheets().forEach(sheet -> columns.put(sheet.name(), sheet.columns()));
  }

  Paragraph paragraph(SourceRecord record) {
    Map<String, String> values = record.values();
    String heading = values.get("heading");
    String page = values.get("page");
    boolean document =
        values.containsKey("text")
            && values.keySet().stream().allMatch(List.of("text", "heading", "page")::contains);
    if (document) {
      Integer number = page != null && page.matches("\\d{1,9}") ? Integer.valueOf(page) : null;
      return new Paragraph(
          values.get("text").replace((char) 0, (char) 0xFFFD),
          place(record, null, number, heading));
    }
    List<Column> known =
        columns.getOrDefault(record.sheet() == null ? "" : record.sheet(), List.of());
    String text =
        ordered(known, values).entrySet().stream()
            .map(cell -> cell.getKey() + ": " + cell.getValue())
            .collect(Collectors.joining("\n"));
    return new Paragraph(
        text.replace((char) 0, (char) 0xFFFD),
        place(record, cells(known, values, record.row()), null, null));
  }

  private static Place place(SourceRecord record, String cells, Integer page, String heading) {
    return new Place(record.sheet(), record.row(), record.row(), cells, page, heading);
  }

  /** The values in the order of the columns; those of no known column behind. */
  private static Map<String, String> ordered(List<Column> known, Map<String, String> values) {
    Map<String, String> ordered = new LinkedHashMap<>();
    known.stream()
        .filter(column -> values.containsKey(column.name()))
        .forEach(column -> ordered.put(column.name(), values.get(column.name())));
    values.keySet().stream().sorted().forEach(name -> ordered.putIfAbsent(name, values.get(name)));
    return ordered;
  }

  /** A row's cells as a spreadsheet names them; the row alone where there are no letters. */
  private static String cells(List<Column> known, Map<String, String> values, int row) {
    List<String> letters =
        known.stream()
            .filter(column -> values.containsKey(column.name()))
            .map(Column::letter)
            .filter(letter -> letter.matches(LETTERS))
            .toList();
    if (letters.isEmpty()) {
      return "row " + row;
    }
    String first = letters.getFirst() + row;
    return letters.size() == 1 ? first : first + ":" + letters.getLast() + row;
  }
}
