package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.testing.Books.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workbooks that can be read: what is in them comes out, with where it was. */
class WorkbookReaderTest {

  @TempDir Path folder;

  @Test
  void keepsTextAsItIs() throws IOException {
    String text = "  第一行\n\t第二行\u00a0 = +1 & <b> 𠮷\r\n";

    var found = read(book(book -> table(book, "a", text)));

    assertThat(found.values(0)).containsEntry("x", text);
  }

  @Test
  void decodesWhatExcelEscapes() throws IOException {
    byte[] book =
        Books.zip(
            Books.parts(
                inline(1, "x", "y")
                    + inline(2, "a_x000D_b_x005F_x000D_c", "_xD83D__xDE00_ _xD83D_ _xZZZZ_")));

    assertThat(read(book).values(0))
        .containsEntry("x", "a\rb_x000D_c")
        .containsEntry("y", "😀 \ufffd _xZZZZ_");
  }

  @Test
  void showsNumbersAndDatesAsTheSheetDoes() throws IOException {
    var found =
        read(
            book(
                book -> {
                  Row row =
                      header(
                          book, "general", "percent", "date", "chinese", "custom", "long", "yuan",
                          "bare");
                  row.createCell(0).setCellValue(0.1 + 0.2);
                  styled(row.createCell(1), "0.00%").setCellValue(0.125);
                  styled(row.createCell(2), "yyyy-mm-dd").setCellValue(LocalDate.of(2024, 6, 7));
                  styled(row.createCell(3), "yyyy\"年\"m\"月\"d\"日\"")
                      .setCellValue(LocalDate.of(2024, 6, 7));
                  styled(row.createCell(4), "#,##0.0").setCellValue(1234567.25);
                  row.createCell(5).setCellValue(13800138000.0);
                  styled(row.createCell(6), "0.0\"元\"").setCellValue(2.5);
                  styled(row.createCell(7), "[$-804]yyyy年m月d日 h:mm;@").setCellValue(45450.6);
                }));

    assertThat(found.values(0))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "general", "0.3",
                "percent", "12.50%",
                "date", "2024-06-07",
                "chinese", "2024年6月7日",
                "custom", "1,234,567.3",
                "long", "13800138000",
                "yuan", "2.5元",
                "bare", "2024年6月7日 14:24"));
  }

  /** As rows that programs write, and as ones that only the parser takes. */
  @ParameterizedTest
  @ValueSource(strings = {"", "<!-- other -->"})
  void givesNumbersWithoutAFormatAllTheirDigits(String mark) throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("2023010112345", "2023010112345");
    shown.put("2023010112346", "2023010112346");
    shown.put("110101199003071234", "110101199003071234");
    shown.put("-110101199003071234", "-110101199003071234");
    shown.put("1.10101199003071E+17", "110101199003071000");
    shown.put("0.123456789012345", "0.123456789012345");
    shown.put("0.30000000000000004", "0.3");
    shown.put("-12345678.125", "-12345678.125");
    shown.put("1E+21", "1E+21");
    shown.put("-1.25e-10", "-1.25E-10");
    shown.put("1.5E-9", "0.0000000015");
    shown.put("2.50", "2.5");
    shown.put("-0", "0");
    shown.put("007", "7");
    StringBuilder rows = new StringBuilder(inline(1, "general", "none", "text", "named"));
    int row = 1;
    for (String raw : shown.keySet()) {
      rows.append("<row r=\"%d\">%s".formatted(++row, mark));
      for (int style = 0; style < 4; style++) {
        rows.append("<c r=\"%c%d\" s=\"%d\"><v>%s</v></c>".formatted('A' + style, row, style, raw));
      }
      rows.append("</row>");
    }
    Map<String, byte[]> parts = Books.parts(rows.toString());
    Books.addPart(
        parts,
        "styles",
        "xl/styles.xml",
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
            + "<numFmts><numFmt numFmtId=\"164\" formatCode=\"GENERAL\"/></numFmts><cellXfs>"
            + "<xf numFmtId=\"0\"/><xf numFmtId=\"99\"/><xf numFmtId=\"49\"/>"
            + "<xf numFmtId=\"164\"/></cellXfs></styleSheet>");

    var found = read(Books.zip(parts));

    for (String column : List.of("general", "none", "text", "named")) {
      assertThat(found.records())
          .extracting(record -> record.values().get(column))
          .containsExactlyElementsOf(shown.values());
    }
  }

  @Test
  void refusesANulThatExcelEscapes() {
    for (byte[] book :
        List.of(
            Books.zip(Books.parts(inline(1, "x", "y") + inline(2, "a", "b_x0000_"))),
            sharing("b_x0000_"),
            sharing("<![CDATA[b_x0000_]]>"))) {
      assertThatThrownBy(() -> read(book))
          .isInstanceOf(Unreadable.class)
          .extracting(e -> ((Unreadable) e).code())
          .isEqualTo("nul");
    }
  }

  private static byte[] sharing(String text) {
    Map<String, byte[]> parts =
        Books.parts(inline(1, "x", "y") + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row>");
    Books.addPart(
        parts,
        "sharedStrings",
        "xl/sharedStrings.xml",
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>"
            + text
            + "</t></si></sst>");
    return Books.zip(parts);
  }

  @Test
  void showsTheDatesThatAChineseExcelNamesByNumberAlone() throws IOException {
    Map<String, byte[]> parts =
        Books.parts(
            inline(1, "x", "y", "z")
                + "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>45450</v></c>"
                + "<c r=\"B2\" s=\"2\"><v>45450.6</v></c><c r=\"C2\" s=\"3\"><v>45450.6</v></c></row>");
    Books.addPart(
        parts,
        "styles",
        "xl/styles.xml",
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs>"
            + "<xf numFmtId=\"0\"/><xf numFmtId=\"31\"/><xf numFmtId=\"33\"/><xf numFmtId=\"34\"/>"
            + "</cellXfs></styleSheet>");

    assertThat(read(Books.zip(parts)).values(0))
        .containsEntry("x", "2024年6月7日")
        .containsEntry("y", "14时24分00秒")
        .containsEntry("z", "下午2时24分");
  }

  @Test
  void readsBooleansErrorsAndTheStoredResultsOfFormulas() throws IOException {
    var found =
        read(
            book(
                book -> {
                  Row row = header(book, "bool", "error", "sum", "joined", "bad");
                  row.createCell(0).setCellValue(true);
                  row.createCell(1).setCellErrorValue(FormulaError.REF.getCode());
                  row.createCell(2).setCellFormula("1+2");
                  row.createCell(3).setCellFormula("\"a\"&\"b\"");
                  row.createCell(4).setCellFormula("1/0");
                  book.getCreationHelper().createFormulaEvaluator().evaluateAll();
                }));

    assertThat(found.values(0))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("bool", "TRUE", "error", "#REF!", "sum", "3", "joined", "ab", "bad", "#DIV/0!"));
  }

  @Test
  void joinsTheRunsOfRichTextAndLeavesReadingsOut() throws IOException {
    Map<String, byte[]> parts =
        Books.parts(
            inline(1, "x", "y")
                + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"inlineStr\"><is>"
                + "<r><t>甲</t></r><r><t>乙</t></r><rPh sb=\"0\" eb=\"1\"><t>jia</t></rPh></is></c></row>");
    Books.addPart(
        parts,
        "sharedStrings",
        "xl/sharedStrings.xml",
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><r><t>東</t></r>"
            + "<r><t xml:space=\"preserve\">京 </t></r><rPh sb=\"0\" eb=\"2\"><t>とうきょう</t></rPh></si></sst>");

    assertThat(read(Books.zip(parts)).values(0)).containsEntry("x", "東京 ").containsEntry("y", "甲乙");
  }

  @Test
  void readsRichTextOfPoi() throws IOException {
    var found =
        read(
            book(
                book -> {
                  XSSFRichTextString rich = new XSSFRichTextString();
                  rich.append("plain ", book.createFont());
                  rich.append("bold", book.createFont());
                  header(book, "x", "y").createCell(0).setCellValue(rich);
                }));

    assertThat(found.values(0)).containsEntry("x", "plain bold");
  }

  @Test
  void givesTheValueOfMergedCellsToTheFirst() throws IOException {
    var found =
        read(
            book(
                book -> {
                  Row row = header(book, "x", "y");
                  row.createCell(0).setCellValue("both");
                  book.getSheetAt(0).addMergedRegion(new CellRangeAddress(1, 1, 0, 1));
                }));

    assertThat(found.values(0)).containsExactly(Map.entry("x", "both"));
  }

  @Test
  void readsEverySheetWithItsOwnHeaderAlsoHiddenOnes() throws IOException {
    var found =
        read(
            book(
                book -> {
                  table(book, "a", "1");
                  Sheet second = book.createSheet("隐藏");
                  book.setSheetHidden(1, true);
                  fill(second, 3, "p", "q");
                  fill(second, 5, "v", "w");
                  book.createSheet("empty");
                }));

    assertThat(found.records())
        .extracting(SourceRecord::sheet, SourceRecord::row)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Sheet1", 2),
            org.assertj.core.groups.Tuple.tuple("隐藏", 6));
    assertThat(found.reading().sheets())
        .containsExactly(
            sheet("Sheet1", 1, 1, "x", "A", "y", "B"), sheet("隐藏", 4, 1, "p", "A", "q", "B"));
  }

  @Test
  void passesOverTitlesAndBlankRowsAboveTheHeader() throws IOException {
    byte[] book =
        Books.zip(
            Books.parts(
                inline(2, "2024 年试题汇编")
                    + inline(3, "same", "same")
                    + inline(4, " ", "\u00a0")
                    + inline(6, "题目", "答案")
                    + inline(7, "q", "a")
                    + inline(8, "\u00a0", " ")
                    + inline(9, "q2", "a2")));

    var found = read(book);

    assertThat(found.reading().sheets())
        .containsExactly(sheet("Sheet1", 6, 2, "题目", "A", "答案", "B"));
    assertThat(found.records()).extracting(SourceRecord::row).containsExactly(7, 9);
  }

  @Test
  void readsASheetOfOneColumnBesideOneWithAHeader() throws IOException {
    var found =
        read(
            book(
                book -> {
                  table(book, "a", "1");
                  fill(book.createSheet("notes"), 0, "only one column");
                }));

    assertThat(found.reading().sheets())
        .containsExactly(sheet("Sheet1", 1, 1, "x", "A", "y", "B"), sheet("notes", 0, 1, "A", "A"));
    assertThat(found.records())
        .contains(new SourceRecord("notes", 1, Map.of("A", "only one column")));
  }

  @Test
  void losesNoRowOfASheetThatGoesOnWithoutAHeader() throws IOException {
    String text = "长".repeat(300);
    var found =
        read(
            book(
                book -> {
                  table(book, "a", "1");
                  var sheet = book.createSheet("more");
                  for (int row = 0; row < 30; row++) {
                    sheet.createRow(row).createCell(0).setCellValue(text + row);
                    sheet.getRow(row).createCell(1).setCellValue("b" + row);
                  }
                }));

    assertThat(found.reading().sheets())
        .containsExactly(
            sheet("Sheet1", 1, 1, "x", "A", "y", "B"), sheet("more", 0, 30, "A", "A", "B", "B"));
    assertThat(found.values(1)).containsEntry("A", text + 0).containsEntry("B", "b0");
    assertThat(found.values(30)).containsEntry("B", "b29");
  }

  @Test
  void takesNoRowForAHeaderBelowAWiderOneOfLongTexts() throws IOException {
    String text = "长".repeat(300);
    var found =
        read(
            book(
                book -> {
                  table(book, "a", "1");
                  var more = book.createSheet("more");
                  fill(more, 0, text, "b0");
                  fill(more, 1, "short", "b1");
                  var noted = book.createSheet("noted");
                  fill(noted, 0, "Note", text);
                  fill(noted, 1, "x", "y", "z");
                  fill(noted, 2, "1", "2", "3");
                }));

    assertThat(found.reading().sheets())
        .containsExactly(
            sheet("Sheet1", 1, 1, "x", "A", "y", "B"),
            sheet("more", 0, 2, "A", "A", "B", "B"),
            sheet("noted", 2, 1, "x", "A", "y", "B", "z", "C"));
  }

  @Test
  void losesNoCellBelowADoubleOrAMissingHeader() throws IOException {
    byte[] book =
        Books.zip(
            Books.parts(
                inline(1, " 答案\n", "答案", "", "答案", "题目")
                    + inline(2, "1", "2", "3", "4", "5", "6")));

    assertThat(read(book).values(0))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("答案", "1", "答案 (2)", "2", "C", "3", "答案 (3)", "4", "题目", "5", "F", "6"));
  }

  @Test
  void leavesEmptyCellsOut() throws IOException {
    byte[] book =
        Books.zip(
            Books.parts(
                inline(1, "x", "y", "z")
                    + "<row r=\"2\"><c r=\"A2\" s=\"0\"/><c r=\"B2\" t=\"str\"><f>A1</f><v></v></c>"
                    + "<c r=\"C2\"><v>7</v></c></row>"));

    assertThat(read(book).values(0)).containsExactly(Map.entry("z", "7"));
  }

  @Test
  void placesCellsThatSayNoPlace() throws IOException {
    byte[] book =
        Books.zip(
            Books.parts(
                "<row><c t=\"str\"><v>x</v></c><c t=\"str\"><v>y</v></c></row>"
                    + "<row><c/><c><v>2</v></c></row>"));

    var found = read(book);

    assertThat(found.records()).containsExactly(new SourceRecord("Sheet1", 2, Map.of("y", "2")));
  }

  @Test
  void countsDaysFrom1904WhereTheWorkbookDoes() throws IOException {
    var found =
        read(
            book(
                book -> {
                  book.getCTWorkbook().addNewWorkbookPr().setDate1904(true);
                  Row row = header(book, "x", "y");
                  styled(row.createCell(0), "yyyy-mm-dd").setCellValue(0);
                }));

    assertThat(found.values(0)).containsEntry("x", "1904-01-01");
  }

  @Test
  void readsManySharedTextsThroughAFile() throws IOException {
    byte[] book = Books.questions(5000);

    var found = read(book, Map.of("shared-text-memory", "10000"));

    assertThat(found.records()).hasSize(5000);
    assertThat(found.values(4999))
        .containsEntry("question", "q5000")
        .containsEntry("answer", "a5000");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void readsMoreCharacterReferencesThanAParserMayExpandEntities() throws IOException {
    String text = "&amp;&#20013;".repeat(2000);
    StringBuilder rows = new StringBuilder(inline(1, "x", "y"));
    for (int i = 2; i < 202; i++) {
      rows.append(inline(i, text + i, "b"));
    }

    var found = read(Books.zip(Books.parts(rows.toString())), Map.of("min-inflate-ratio", "0"));

    assertThat(found.values(199)).containsEntry("x", "&中".repeat(2000) + "201");
  }

  private Found read(byte[] book) throws IOException {
    return read(book, Map.of());
  }

  private Found read(byte[] book, Map<String, String> settings) throws IOException {
    return Reads.read(folder, book, settings);
  }

  private static byte[] book(Consumer<XSSFWorkbook> fill) throws IOException {
    try (XSSFWorkbook book = new XSSFWorkbook()) {
      fill.accept(book);
      return Books.bytes(book);
    }
  }

  private static void table(XSSFWorkbook book, String y, String x) {
    Row row = header(book, "x", "y");
    row.createCell(0).setCellValue(x);
    row.createCell(1).setCellValue(y);
  }

  private static Row header(XSSFWorkbook book, String... names) {
    Sheet sheet = book.createSheet("Sheet1");
    fill(sheet, 0, names);
    return sheet.createRow(1);
  }

  private static void fill(Sheet sheet, int number, String... texts) {
    Row row = sheet.createRow(number);
    for (int i = 0; i < texts.length; i++) {
      row.createCell(i).setCellValue(texts[i]);
    }
  }

  private static Cell styled(Cell cell, String format) {
    var book = cell.getSheet().getWorkbook();
    CellStyle style = book.createCellStyle();
    style.setDataFormat(book.createDataFormat().getFormat(format));
    cell.setCellStyle(style);
    return cell;
  }

  private static UploadParsed.Sheet sheet(String name, int header, long rows, String... columns) {
    List<UploadParsed.Column> all = new java.util.ArrayList<>();
    for (int i = 0; i < columns.length; i += 2) {
      all.add(new UploadParsed.Column(columns[i], columns[i + 1]));
    }
    return new UploadParsed.Sheet(name, header, all, rows);
  }

  /** What was read. */
  record Found(Reading reading, List<SourceRecord> records) {
    Map<String, String> values(int record) {
      return records.get(record).values();
    }
  }
}
