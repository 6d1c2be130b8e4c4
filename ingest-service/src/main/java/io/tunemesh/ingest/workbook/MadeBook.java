package io.tunemesh.ingest.workbook;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A workbook of one sheet, made rather than uploaded. */
public final class MadeBook {

  private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
  private static final String RELATION =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String TYPE =
      "<Override PartName=\"/xl/%s.xml\""
          + " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.%s+xml\"/>";
  private static final String LINK = "<Relationship Id=\"%s\" Type=\"%s/%s\" Target=\"%s.xml\"/>";

  private final ZipOutputStream zip;

  private MadeBook(ZipOutputStream zip) {
    this.zip = zip;
  }

  /**
   * Writes texts row by row, and behind each row but the first its number.
   *
   * @param shared the cells name their texts, as Excel saves them, rather than hold them
   * @param rows of as many texts each, none with a character that XML writes in another way
   */
  public static void write(Path file, boolean shared, List<List<String>> rows) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      MadeBook book = new MadeBook(zip);
      book.frame();
      book.part("xl/worksheets/sheet1.xml", sheet(shared, rows));
      book.part("xl/sharedStrings.xml", texts(shared ? rows : List.of()));
    }
  }

  private void frame() throws IOException {
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"%scontent-types\"><Default Extension=\"rels\"".formatted(PACKAGE)
            + " ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + TYPE.formatted("workbook", "sheet.main")
            + TYPE.formatted("worksheets/sheet1", "worksheet")
            + TYPE.formatted("sharedStrings", "sharedStrings")
            + "</Types>");
    links("_rels/.rels", LINK.formatted("book", RELATION, "officeDocument", "xl/workbook"));
    links(
        "xl/_rels/workbook.xml.rels",
        LINK.formatted("sheet", RELATION, "worksheet", "worksheets/sheet1")
            + LINK.formatted("texts", RELATION, "sharedStrings", "sharedStrings"));
    part(
        "xl/workbook.xml",
        "<workbook xmlns=\"%s\" xmlns:r=\"%s\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"sheet\"/></sheets></workbook>"
            .formatted(MAIN, RELATION));
  }

  private void links(String name, String links) throws IOException {
    part(
        name,
        "<Relationships xmlns=\"%srelationships\">%s</Relationships>".formatted(PACKAGE, links));
  }

  private void part(String name, CharSequence xml) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(xml.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static CharSequence sheet(boolean shared, List<List<String>> rows) {
    StringBuilder xml = new StringBuilder("<worksheet xmlns=\"" + MAIN + "\"><sheetData>");
    int text = 0;
    for (int row = 1; row <= rows.size(); row++) {
      xml.append("<row r=\"").append(row).append("\">");
      int column = 0;
      for (String cell : rows.get(row - 1)) {
        cell(xml, column++, row);
        if (shared) {
          xml.append(" t=\"s\"><v>").append(text++).append("</v></c>");
        } else {
          xml.append(" t=\"inlineStr\"><is><t>").append(cell).append("</t></is></c>");
        }
      }
      if (row > 1) {
        cell(xml, column, row);
        xml.append("><v>").append(row - 1).append("</v></c>");
      }
      xml.append("</row>");
    }
    return xml.append("</sheetData></worksheet>");
  }

  private static void cell(StringBuilder xml, int column, int row) {
    xml.append("<c r=\"").append(Letters.of(column)).append(row).append('"');
  }

  private static CharSequence texts(List<List<String>> rows) {
    StringBuilder xml = new StringBuilder("<sst xmlns=\"" + MAIN + "\">");
    for (List<String> row : rows) {
      for (String text : row) {
        xml.append("<si><t>").append(text).append("</t></si>");
      }
    }
    return xml.append("</sst>");
  }
}
