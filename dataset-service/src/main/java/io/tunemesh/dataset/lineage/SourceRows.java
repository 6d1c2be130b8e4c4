package io.tunemesh.dataset.lineage;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads cells of an upload from its records, one record in memory at a time. */
final class SourceRows {

  /** A row as it was uploaded. */
  record SourceRow(int row, List<SourceCell> cells) {}

  /**
   * A cell that is not empty.
   *
   * @param cell as {@code C7}; null where the format has no letters
   * @param header the name of its column
   */
  record SourceCell(String cell, String column, String header, String text) {}

  private SourceRows() {}

  /**
   * The rows of a sheet from the first to the last, with the last {@code most} of them at most.
   * Stops reading where the last is, for the rows of a sheet come in order.
   */
  static List<SourceRow> read(
      BlobStore blobs, UploadParsed file, String sheet, int first, int last, int most)
      throws IOException {
    List<SourceRow> found = new ArrayList<>();
    try (InputStream in = blobs.open(file.records());
        MappingIterator<SourceRecord> records =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      boolean done = false;
      while (!done && records.hasNextValue()) {
        SourceRecord record = records.nextValue();
        if (isOf(record, sheet) && record.row() >= first) {
          if (record.row() <= last) {
            found.add(row(record, sheet(file, sheet)));
          }
          if (found.size() > most) {
            found.removeFirst();
          }
          done = record.row() >= last;
        }
      }
    }
    return found;
  }

  /** The table of that name; the only one where the name is null or empty. */
  static Optional<Sheet> sheet(UploadParsed file, String name) {
    String key = LineageIndex.sheetKey(name);
    return key.isEmpty() && file.sheets().size() == 1
        ? Optional.of(file.sheets().getFirst())
        : file.sheets().stream().filter(sheet -> sheet.name().equals(key)).findFirst();
  }

  private static boolean isOf(SourceRecord record, String sheet) {
    return LineageIndex.sheetKey(record.sheet()).equals(LineageIndex.sheetKey(sheet));
  }

  private static SourceRow row(SourceRecord record, Optional<Sheet> sheet) {
    List<Column> columns = sheet.map(Sheet::columns).orElse(List.of());
    List<SourceCell> cells = new ArrayList<>();
    record
        .values()
        .forEach(
            (name, text) -> {
              String letter =
                  columns.stream()
                      .filter(column -> column.name().equals(name))
                      .map(Column::letter)
                      .findFirst()
                      .orElse(null);
              boolean lettered = letter != null && letter.matches("[A-Z]{1,3}");
              cells.add(
                  new SourceCell(lettered ? letter + record.row() : null, letter, name, text));
            });
    return new SourceRow(record.row(), cells);
  }
}
