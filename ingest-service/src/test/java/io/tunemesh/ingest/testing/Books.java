package io.tunemesh.ingest.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Workbooks for tests: by POI, and put together by hand where POI would not write such a thing. */
public final class Books {

  private static final String TYPES =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
      <Default Extension="xml" ContentType="application/xml"/>
      <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
      <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
      <Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
      <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
      </Types>
      """;
  private static final String RELS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
      </Relationships>
      """;
  private static final String WORKBOOK =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
      <sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>
      """;
  private static final String WORKBOOK_RELS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
      </Relationships>
      """;

  private Books() {}

  /** The two columns {@code question} and {@code answer}, and {@code rows} rows. */
  public static byte[] questions(int rows) {
    try (Workbook book = new XSSFWorkbook()) {
      var sheet = book.createSheet("Sheet1");
      var header = sheet.createRow(0);
      header.createCell(0).setCellValue("question");
      header.createCell(1).setCellValue("answer");
      for (int i = 1; i <= rows; i++) {
        var row = sheet.createRow(i);
        row.createCell(0).setCellValue("q" + i);
        row.createCell(1).setCellValue("a" + i);
      }
      return bytes(book);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that {@code book} makes. */
  public static byte[] bytes(Workbook book) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    book.write(bytes);
    return bytes.toByteArray();
  }

  /** The parts of a workbook with one sheet whose {@code sheetData} holds {@code rows}. */
  public static Map<String, byte[]> parts(String rows) {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("[Content_Types].xml", utf8(TYPES));
    parts.put("_rels/.rels", utf8(RELS));
    parts.put("xl/workbook.xml", utf8(WORKBOOK));
    parts.put("xl/_rels/workbook.xml.rels", utf8(WORKBOOK_RELS));
    parts.put("xl/worksheets/sheet1.xml", utf8(sheet(rows)));
    return parts;
  }

  /** Adds a part that the workbook's relations name by {@code type}. */
  public static void addPart(Map<String, byte[]> parts, String type, String path, String xml) {
    parts.put(path, utf8(xml));
    parts.compute(
        "xl/_rels/workbook.xml.rels",
        (name, rels) ->
            utf8(
                new String(rels, StandardCharsets.UTF_8)
                    .replace(
                        "</Relationships>",
                        "<Relationship Id=\"%s\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s\" Target=\"/%s\"/></Relationships>"
                            .formatted(type, type, path))));
  }

  /** The XML of a sheet. */
  public static String sheet(String rows) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
        + "<sheetData>"
        + rows
        + "</sheetData></worksheet>";
  }

  /** A row of inline strings, as openpyxl's write-only mode and many exports have them. */
  public static String inline(int number, String... texts) {
    StringBuilder row = new StringBuilder("<row r=\"" + number + "\">");
    for (int i = 0; i < texts.length; i++) {
      row.append(
              "<c r=\"%c%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                  .formatted('A' + i, number))
          .append(texts[i])
          .append("</t></is></c>");
    }
    return row.append("</row>").toString();
  }

  /** The parts as one zip. */
  public static byte[] zip(Map<String, byte[]> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A sheet of 300 MB of spaces in a file of 300 KB. */
  public static byte[] bomb() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var part : parts("").entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        if (part.getKey().endsWith("sheet1.xml")) {
          byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
          zip.write(utf8("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>"));
          for (int i = 0; i < 300; i++) {
            zip.write(spaces);
          }
        } else {
          zip.write(part.getValue());
        }
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
