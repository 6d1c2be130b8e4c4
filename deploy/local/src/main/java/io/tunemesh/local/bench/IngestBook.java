package io.tunemesh.local.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The workbook of the benchmark: 200,000 rows of six columns with 82 million Chinese characters,
 * which pack as prose does. Its texts stand in the cells, as exports have them, or are shared, as
 * Excel saves them. Always the same bytes; kept once made.
 */
final class IngestBook {

  static final int ROWS = 200_000;

  private static final String[] HEADER = {"题目", "选项", "答案", "解析", "类别", "来源"};
  private static final int[] CHARACTERS = {90, 160, 8, 120, 16, 14};
  private static final int WORDS = 6000;
  private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  private static final String OFFICE =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
  private static final String TYPE =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.%s+xml";

  private final boolean shared;
  private final Random random = new Random(7);
  private final String[] words = new String[WORDS];

  private IngestBook(boolean shared) {
    this.shared = shared;
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 1 + random.nextInt(4); length > 0; length--) {
        word.append((char) (0x4e00 + (int) (3500 * Math.pow(random.nextDouble(), 2))));
      }
      words[i] = word.toString();
    }
  }

  /** The workbook in {@code folder}. */
  static Path of(Path folder, boolean shared) throws IOException {
    Path book = folder.resolve(shared ? "ingest-shared.xlsx" : "ingest-inline.xlsx");
    if (!Files.exists(book)) {
      System.err.println("Making " + book + " …");
      Path made = Files.createDirectories(folder).resolve(book.getFileName() + ".new");
      new IngestBook(shared).write(made);
      Files.move(made, book, StandardCopyOption.ATOMIC_MOVE);
    }
    return book;
  }

  private void write(Path file) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (var part : frame().entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        put(zip, part.getValue());
      }
      zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
      put(zip, "<worksheet xmlns=\"" + MAIN + "\"><sheetData>");
      for (int row = 0; row <= ROWS; row++) {
        put(zip, row(row));
      }
      put(zip, "</sheetData></worksheet>");
      if (shared) {
        zip.putNextEntry(new ZipEntry("xl/sharedStrings.xml"));
        put(zip, "<sst xmlns=\"" + MAIN + "\">");
        for (int row = 0; row <= ROWS; row++) {
          StringBuilder texts = new StringBuilder();
          for (int column = 0; column < HEADER.length; column++) {
            texts.append("<si><t>").append(text(row, column)).append("</t></si>");
          }
          put(zip, texts.toString());
        }
        put(zip, "</sst>");
      }
    }
  }

  private String row(int row) {
    StringBuilder xml = new StringBuilder("<row r=\"" + (row + 1) + "\">");
    for (int column = 0; column < HEADER.length; column++) {
      xml.append("<c r=\"").append((char) ('A' + column)).append(row + 1);
      if (shared) {
        xml.append("\" t=\"s\"><v>").append(row * HEADER.length + column).append("</v></c>");
      } else {
        xml.append("\" t=\"inlineStr\"><is><t>").append(text(row, column)).append("</t></is></c>");
      }
    }
    return xml.append("</row>").toString();
  }

  private String text(int row, int column) {
    if (row == 0) {
      return HEADER[column];
    }
    int length = CHARACTERS[column] / 2 + random.nextInt(CHARACTERS[column]);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(words[(int) (WORDS * Math.pow(random.nextDouble(), 3))]);
      if (random.nextInt(9) == 0) {
        text.append('，');
      }
    }
    return text.toString();
  }

  private Map<String, String> frame() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put(
        "[Content_Types].xml",
        "<Types xmlns=\"%scontent-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>%s%s%s</Types>"
            .formatted(
                PACKAGE,
                type("workbook", "sheet.main"),
                type("worksheets/sheet1", "worksheet"),
                shared ? type("sharedStrings", "sharedStrings") : ""));
    parts.put("_rels/.rels", relations(relation("officeDocument", "xl/workbook.xml")));
    parts.put(
        "xl/_rels/workbook.xml.rels",
        relations(
            relation("worksheet", "worksheets/sheet1.xml")
                + (shared ? relation("sharedStrings", "sharedStrings.xml") : "")));
    parts.put(
        "xl/workbook.xml",
        "<workbook xmlns=\"%s\" xmlns:r=\"%s\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"worksheet\"/></sheets></workbook>"
            .formatted(MAIN, OFFICE));
    return parts;
  }

  private static String type(String part, String type) {
    return "<Override PartName=\"/xl/%s.xml\" ContentType=\"%s\"/>"
        .formatted(part, TYPE.formatted(type));
  }

  private static String relations(String all) {
    return "<Relationships xmlns=\"%srelationships\">%s</Relationships>".formatted(PACKAGE, all);
  }

  private static String relation(String type, String target) {
    return "<Relationship Id=\"%s\" Type=\"%s/%s\" Target=\"%s\"/>"
        .formatted(type, OFFICE, type, target);
  }

  private static void put(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
