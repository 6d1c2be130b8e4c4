package io.tunemesh.ingest.workbook;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;

/** A workbook of one sheet, made rather than uploaded. */
public final class MadeBook {

  private MadeBook() {}

  /**
   * Writes texts row by row, and behind each row but the first its number.
   *
   * @param shared the cells name their texts, as Excel saves them, rather than hold them
   */
  public static void write(Path file, boolean shared, List<List<String>> rows) throws IOException {
    try (SXSSFWorkbook book = new SXSSFWorkbook(null, 100, false, shared);
        OutputStream out = Files.newOutputStream(file)) {
      var sheet = book.createSheet("Sheet1");
      for (int i = 0; i < rows.size(); i++) {
        Row row = sheet.createRow(i);
        for (String text : rows.get(i)) {
          row.createCell(Math.max(row.getLastCellNum(), 0)).setCellValue(text);
        }
        if (i > 0) {
          row.createCell(row.getLastCellNum()).setCellValue(i);
        }
      }
      book.write(out);
    }
  }
}
