package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Books.inline;
import static io.tunemesh.ingest.testing.Books.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Workbooks whose zip is whole and whose XML is not what it should be. */
final class HostileSheets {

  private static final String SHEET = "xl/worksheets/sheet1.xml";
  private static final String WORKBOOK = "xl/workbook.xml";
  private static final String RELATIONS = "xl/_rels/workbook.xml.rels";
  private static final String LAUGHS =
      "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
          + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]>";
  private static final String OUTSIDE =
      "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\"> %p; <!ENTITY d SYSTEM"
          + " \"file:///etc/passwd\">]>";

  private HostileSheets() {}

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    for (String part : List.of(SHEET, WORKBOOK, RELATIONS, "[Content_Types].xml", "_rels/.rels")) {
      String name = part.replaceAll(".*/|[^a-zA-Z.]|\\.xml", "");
      all.add(
          Hostile.of(
              "a billion laughs in " + name + ".xlsx",
              () -> begun(part, LAUGHS),
              "doctype",
              "damaged"));
      all.add(
          Hostile.of(
              "entities from outside in " + name + ".xlsx",
              () -> begun(part, OUTSIDE),
              "doctype",
              "damaged"));
    }
    all.add(
        rows(
            "an entity that is none",
            () -> "<row r=\"3\"><c r=\"A3\" t=\"str\"><v>&d;</v></c></row>",
            "damaged"));
    all.add(rows("a hundred thousand levels", () -> "<a>".repeat(100_000), "damaged", "zip_bomb"));
    all.add(
        rows(
            "a million columns",
            () -> "<row r=\"3\">" + "<c><v>1</v></c>".repeat(1_000_000),
            "damaged",
            "zip_bomb",
            "too_many_columns"));
    all.add(
        rows(
            "cells beyond the thousandth",
            () -> "<row r=\"3\"><c r=\"XFD3\"><v>1</v></c></row>",
            "too_many_columns"));
    all.add(
        rows(
            "cells beyond the last",
            () -> "<row r=\"3\"><c r=\"XFE3\"><v>1</v></c></row>",
            "damaged"));
    all.add(
        rows(
            "cells out of order",
            () -> "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"A3\"><v>1</v></c></row>",
            "damaged"));
    all.add(
        rows(
            "a cell twice",
            () -> "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"B3\"><v>2</v></c></row>",
            "damaged"));
    all.add(rows("rows out of order", () -> inline(2, "again", "b"), "damaged"));
    all.add(rows("a row beyond the last", () -> inline(1_048_577, "a", "b"), "damaged"));
    all.add(rows("a row of no number", () -> "<row r=\"9999999999999\"/>", "damaged"));
    all.add(
        rows(
            "a number that is none",
            () -> "<row r=\"3\"><c r=\"A3\"><v>0x1G</v></c></row>",
            "damaged"));
    all.add(
        rows(
            "a text that is not there",
            () -> "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>4</v></c></row>",
            "damaged"));
    all.add(
        rows(
            "a text below all",
            () -> "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>-1</v></c></row>",
            "damaged"));
    all.add(
        rows(
            "a formula without result",
            () -> "<row r=\"3\"><c r=\"A3\"><f>B3</f></c></row>",
            "formula_without_result"));
    all.add(
        rows(
            "a cell of two million characters",
            () -> inline(3, noise(2_000_000), "b"),
            "cell_too_long"));
    all.add(
        rows(
            "a row of five million characters",
            () ->
                inline(
                    3,
                    noise(900_000),
                    noise(900_000),
                    noise(900_000),
                    noise(900_000),
                    noise(900_000)),
            "too_large"));
    all.add(
        rows(
            "an attribute of twenty million",
            () -> "<row spans=\"" + noise(20_000_000) + "\"/>",
            "damaged"));
    all.add(
        rows("a comment of twenty million", () -> "<!--" + noise(20_000_000) + "-->", "damaged"));
    all.add(
        rows(
            "a million attributes",
            () -> "<row " + many(1_000_000, i -> "a" + i * 7919L % 1_000_003 + "=\"\" ") + "/>",
            "damaged",
            "too_large"));
    all.add(
        rows(
            "three million names",
            () -> many(3_000_000, i -> "<n" + i * 7919L % 10_000_019 + "/>"),
            "damaged"));
    all.add(
        rows(
            "as many names of attributes",
            () -> many(300_000, i -> "<c a" + i + "=\"\" b" + i + "=\"\"/>"),
            "damaged"));
    all.add(
        rows(
            "as many prefixes",
            () -> many(300_000, i -> "<c xmlns:p" + i + "=\"p\"/>"),
            "damaged"));
    all.add(rows("as many instructions", () -> many(300_000, i -> "<?p" + i + "?>"), "damaged"));
    all.add(rows("a prefix of nowhere", () -> "<x:row/>", "damaged"));
    all.add(
        rows(
            "a control character",
            () -> "<row r=\"3\"><c r=\"A3\" t=\"str\"><v>\u0001</v></c></row>",
            "damaged"));
    all.add(rows("tags that do not match", () -> "<row r=\"3\"><c></row></c>", "damaged"));
    all.add(
        part(
            "bytes that are no text",
            SHEET,
            "</sheetData>",
            "<row>\u00ff\u00fe</row></sheetData>",
            StandardCharsets.ISO_8859_1));
    all.add(
        part(
            "an encoding that is another",
            SHEET,
            "encoding=\"UTF-8\"",
            "encoding=\"UTF-16\"",
            StandardCharsets.UTF_8));
    all.add(
        part(
            "an encoding that nobody knows",
            SHEET,
            "encoding=\"UTF-8\"",
            "encoding=\"x-evil\"",
            StandardCharsets.UTF_8));
    all.add(
        part("a sheet without end", SHEET, "</sheetData></worksheet>", "", StandardCharsets.UTF_8));
    all.add(
        part(
            "more behind the sheet",
            SHEET,
            "</worksheet>",
            "</worksheet><worksheet/>",
            StandardCharsets.UTF_8));
    all.add(
        part(
            "a sheet that is not there",
            RELATIONS,
            "sheet1.xml",
            "sheet7.xml",
            StandardCharsets.UTF_8));
    all.add(
        part(
            "a sheet elsewhere",
            RELATIONS,
            "Target=\"worksheets/sheet1.xml\"",
            "TargetMode=\"External\" Target=\"http://127.0.0.1:9/sheet1.xml\"",
            StandardCharsets.UTF_8));
    all.add(
        part(
            "a sheet of no relation",
            WORKBOOK,
            "r:id=\"rId1\"",
            "r:id=\"rId9\"",
            StandardCharsets.UTF_8));
    all.add(
        part("a sheet without a name", WORKBOOK, "name=\"Sheet1\"", "", StandardCharsets.UTF_8));
    all.add(
        part(
            "relations of relations",
            "_rels/.rels",
            "xl/workbook.xml",
            "_rels/.rels",
            StandardCharsets.UTF_8,
            "damaged",
            "unsupported_type"));
    all.add(
        part(
            "a workbook that is its own sheet",
            RELATIONS,
            "worksheets/sheet1.xml",
            "workbook.xml",
            StandardCharsets.UTF_8,
            "no_rows"));
    all.add(
        part(
            "no workbook at all",
            "_rels/.rels",
            "<Relationship ",
            "<Nothing ",
            StandardCharsets.UTF_8,
            "unsupported_type",
            "damaged"));
    all.add(
        part(
            "types that are none",
            "[Content_Types].xml",
            "<Types",
            "<Tapes",
            StandardCharsets.UTF_8,
            "unsupported_type",
            "damaged"));
    all.add(
        Hostile.of("a million sheets.xlsx", HostileSheets::manySheets, "too_large", "zip_bomb"));
    all.add(Hostile.of("no header.xlsx", () -> Books.zip(book(inline(1, "one"))), "no_header"));
    all.add(Hostile.of("no rows.xlsx", () -> Books.zip(book(inline(1, "x", "y"))), "no_rows"));
    all.add(Hostile.of("nothing.xlsx", () -> Books.zip(book("")), "no_rows"));
    return all;
  }

  /** The parts of a good workbook of one row. */
  static Map<String, byte[]> book() {
    return book(table(1));
  }

  /** The parts of a workbook with these rows. */
  static Map<String, byte[]> book(String rows) {
    return new LinkedHashMap<>(Books.parts(rows));
  }

  /** A header and so many rows. */
  static String table(int rows) {
    return inline(1, "x", "y") + many(rows, i -> inline(i + 2, "a" + i * 31L % 977, "b" + i));
  }

  /** Puts {@code with} into a part where {@code old} was, which must be there. */
  static void replace(Map<String, byte[]> parts, String part, String old, String with) {
    String xml = new String(parts.get(part), StandardCharsets.UTF_8);
    if (!xml.contains(old)) {
      throw new IllegalArgumentException(part + " has no " + old);
    }
    parts.put(part, utf8(xml.replace(old, with)));
  }

  private static Hostile rows(
      String name, java.util.function.Supplier<String> rows, String... codes) {
    return Hostile.of(name + ".xlsx", () -> Books.zip(book(table(1) + rows.get())), codes);
  }

  private static Hostile part(
      String name,
      String part,
      String old,
      String with,
      java.nio.charset.Charset charset,
      String... codes) {
    return Hostile.of(
        name + ".xlsx",
        () -> {
          Map<String, byte[]> parts = book();
          replace(parts, part, old, with);
          parts.compute(
              part, (p, xml) -> new String(xml, StandardCharsets.UTF_8).getBytes(charset));
          return Books.zip(parts);
        },
        codes.length == 0 ? new String[] {"damaged"} : codes);
  }

  private static byte[] begun(String part, String doctype) {
    Map<String, byte[]> parts = book();
    replace(parts, part, "?>", "?>" + doctype);
    return Books.zip(parts);
  }

  private static byte[] manySheets() {
    Map<String, byte[]> parts = book();
    String sheet = "<sheet name=\"s%d\" sheetId=\"%d\" r:id=\"rId1\"/>";
    replace(
        parts, WORKBOOK, "</sheets>", many(1_000_000, i -> sheet.formatted(i, i)) + "</sheets>");
    return Books.zip(parts);
  }

  /** Text that packs badly, so that no zip bomb hides what it is about. */
  private static String noise(int length) {
    java.util.Random random = new java.util.Random(5);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static String many(int count, IntFunction<String> piece) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(piece.apply(i));
    }
    return all.toString();
  }
}
