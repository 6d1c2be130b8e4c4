package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.testing.Books.inline;
import static io.tunemesh.ingest.testing.Books.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.Strangers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be read: each is refused with a code, what to do, and where. */
class HostileWorkbooksTest {

  private static final String ROWS = inline(1, "x", "y") + inline(2, "a", "b");

  @TempDir Path folder;

  @Test
  void refusesAZipBomb() {
    assertThat(refusal(Books.bomb()).code()).isEqualTo("zip_bomb");
  }

  @Test
  void refusesADoctypeAndNeverOpensWhatItNames() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "top secret");
    Map<String, byte[]> parts = Books.parts(inline(1, "x", "y") + inline(2, "&e;", "b"));
    parts.compute(
        "xl/worksheets/sheet1.xml",
        (name, xml) ->
            utf8(
                new String(xml)
                    .replace(
                        "<worksheet",
                        "<!DOCTYPE w [<!ENTITY e SYSTEM \"%s\">]><worksheet"
                            .formatted(secret.toUri()))));

    Unreadable refused = refusal(Books.zip(parts));

    assertThat(refused.code()).isEqualTo("doctype");
    assertThat(refused).hasMessageNotContaining("secret");
  }

  @Test
  void refusesADoctypeInTheListOfParts() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    parts.compute(
        "[Content_Types].xml",
        (name, xml) ->
            utf8(new String(xml).replace("<Types", "<!DOCTYPE t [<!ENTITY a \"aaaa\">]><Types")));

    assertThat(refusal(Books.zip(parts)).code()).isIn("doctype", "damaged");
  }

  @Test
  void refusesAFileThatWasCutOff() {
    byte[] whole = Books.questions(100);

    for (int length : new int[] {5, 100, whole.length / 2, whole.length - 1}) {
      assertThat(refusal(Arrays.copyOf(whole, length)).code()).isEqualTo("damaged");
    }
  }

  @Test
  void refusesBytesThatChangedOnTheWay() {
    byte[] broken = Books.questions(2000);
    Arrays.fill(broken, broken.length / 4, broken.length / 2, (byte) 0x5a);

    assertThat(refusal(broken).code()).isEqualTo("damaged");
  }

  @Test
  void refusesAZipThatIsNoWorkbook() {
    assertThat(refusal(Books.zip(Map.of("a.txt", utf8("hello")))).code())
        .isEqualTo("unsupported_type");
    Map<String, byte[]> document = new LinkedHashMap<>(Books.parts(ROWS));
    document.replaceAll(
        (name, xml) ->
            utf8(new String(xml).replace("spreadsheetml.sheet", "wordprocessingml.document")));
    assertThat(refusal(Books.zip(document)).code()).isEqualTo("unsupported_type");
  }

  @Test
  void refusesABinaryWorkbook() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    parts.compute(
        "[Content_Types].xml",
        (name, xml) ->
            utf8(
                new String(xml)
                    .replace(
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                        "application/vnd.ms-excel.sheet.binary.macroEnabled.main")));

    Unreadable refused = refusal(Books.zip(parts));

    assertThat(refused.code()).isEqualTo("unsupported_type");
    assertThat(refused).hasMessageContaining(".xlsb");
  }

  @Test
  void refusesStrictOpenXml() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    parts.compute(
        "_rels/.rels",
        (name, xml) ->
            utf8(
                new String(xml)
                    .replace(
                        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                        "http://purl.oclc.org/ooxml/officeDocument/relationships")));

    assertThat(refusal(Books.zip(parts))).hasMessageContaining("Strict");
  }

  @Test
  void tellsAnOldWorkbookFromOneWithAPassword() throws Exception {
    try (HSSFWorkbook old = new HSSFWorkbook()) {
      old.createSheet("a");
      assertThat(oldOffice(Books.bytes(old)).code()).isEqualTo("old_workbook");
    }
    byte[] encrypted = Strangers.encrypted();
    assertThat(oldOffice(encrypted).code()).isEqualTo("encrypted");
    assertThat(oldOffice(Arrays.copyOf(encrypted, 600)).code()).isEqualTo("damaged");
  }

  @Test
  void refusesTooManyParts() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    for (int i = 0; i < 1000; i++) {
      parts.put("xl/media/" + i, new byte[0]);
    }

    assertThat(refusal(Books.zip(parts)).code()).isEqualTo("too_large");
  }

  @Test
  void refusesAListOfPartsThatWouldFillTheMemory() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    StringBuilder overrides = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      overrides
          .append("<Override PartName=\"/p")
          .append(i * 7919L)
          .append("\" ContentType=\"a/b")
          .append(i)
          .append("\"/>");
    }
    parts.compute(
        "[Content_Types].xml",
        (name, xml) -> utf8(new String(xml).replace("</Types>", overrides + "</Types>")));

    assertThat(refusal(Books.zip(parts), Map.of("max-index-bytes", "1000000")).code())
        .isEqualTo("too_large");
  }

  @Test
  void refusesTwoPartsOfOneName() {
    byte[] zip = Books.zip(withTwin());
    replace(zip, "xl/worksheets/sheet2.xml", "xl/worksheets/sheet1.xml");

    assertThat(refusal(zip).code()).isEqualTo("damaged");
  }

  @Test
  void refusesMoreRowsColumnsTextAndSheetsThanAllowed() {
    StringBuilder rows = new StringBuilder(inline(1, "x", "y"));
    for (int i = 2; i < 20; i++) {
      rows.append(inline(i, "a".repeat(50), "b"));
    }
    byte[] book = Books.zip(Books.parts(rows.toString()));

    Unreadable tooManyRows = refusal(book, Map.of("max-rows", "5"));
    assertThat(tooManyRows.code()).isEqualTo("too_large");
    assertThat(tooManyRows.where("f.xlsx")).isEqualTo(new Where("f.xlsx", "Sheet1", 7, null, null));
    assertThat(refusal(book, Map.of("max-characters", "200")).code()).isEqualTo("too_large");
    assertThat(refusal(book, Map.of("max-bytes", "2000")).code()).isEqualTo("too_large");
    assertThat(refusal(book, Map.of("max-entry-bytes", "500")).code()).isEqualTo("too_large");
    assertThat(refusal(book, Map.of("max-sheets", "0")).code()).isEqualTo("too_large");
    Unreadable tooLong = refusal(book, Map.of("max-cell-characters", "49"));
    assertThat(tooLong.code()).isEqualTo("cell_too_long");
    assertThat(tooLong.where("f.xlsx")).isEqualTo(new Where("f.xlsx", "Sheet1", 2, "A", null));
    Unreadable tooWide = refusal(book, Map.of("max-columns", "1"));
    assertThat(tooWide.code()).isEqualTo("too_many_columns");
    assertThat(tooWide.where("f.xlsx").column()).isEqualTo("B");
  }

  @Test
  void refusesOneTextNamedAMillionTimes() {
    StringBuilder rows = new StringBuilder(inline(1, "x", "y"));
    for (int i = 2; i < 5000; i++) {
      rows.append("<row r=\"%d\"><c r=\"A%d\" t=\"s\"><v>0</v></c></row>".formatted(i, i));
    }
    Map<String, byte[]> parts = Books.parts(rows.toString());
    Books.addPart(
        parts,
        "sharedStrings",
        "xl/sharedStrings.xml",
        "<sst><si><t>" + "ab".repeat(16_000) + "</t></si></sst>");

    assertThat(
            refusal(
                    Books.zip(parts),
                    Map.of("max-characters", "10000000", "min-inflate-ratio", "0"))
                .code())
        .isEqualTo("too_large");
  }

  @Test
  void refusesAnEndlessAttribute() {
    byte[] book =
        Books.zip(Books.parts("<row r=\"1\" spans=\"" + "1".repeat(200_000) + "\"/>" + ROWS));

    assertThat(
            refusal(book, Map.of("max-cell-characters", "1000", "min-inflate-ratio", "0")).code())
        .isEqualTo("damaged");
  }

  @Test
  void refusesRowsAndCellsWithoutAPlace() {
    assertThat(refusal(rows(inline(2, "x", "y") + inline(2, "a", "b"))).code())
        .isEqualTo("damaged");
    assertThat(refusal(rows(inline(99999999, "x", "y"))).code()).isEqualTo("damaged");
    assertThat(refusal(rows("<row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row>")).code())
        .isEqualTo("damaged");
  }

  @Test
  void refusesACellThatNamesATextThatIsNotThere() {
    Unreadable refused =
        refusal(rows(inline(1, "x", "y") + "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>7</v></c></row>"));

    assertThat(refused.code()).isEqualTo("damaged");
    assertThat(refused.where("f.xlsx")).isEqualTo(new Where("f.xlsx", "Sheet1", 2, "B", null));
  }

  @Test
  void refusesAFormulaWithoutItsResultRatherThanLoseIt() {
    Unreadable refused =
        refusal(
            rows(inline(1, "x", "y") + "<row r=\"2\"><c r=\"A2\"><f>B2&amp;1</f><v/></c></row>"));

    assertThat(refused.code()).isEqualTo("formula_without_result");
    assertThat(refused.where("f.xlsx").column()).isEqualTo("A");
  }

  @Test
  void refusesWhatHasNoHeaderOrNoRows() {
    Unreadable headless = refusal(rows(inline(1, "one") + inline(2, "two")));
    assertThat(headless.code()).isEqualTo("no_header");
    assertThat(headless.where("f.xlsx").sheet()).isEqualTo("Sheet1");
    assertThat(refusal(rows(inline(1, "x", "y"))).code()).isEqualTo("no_rows");
    assertThat(refusal(rows("")).code()).isEqualTo("no_rows");
  }

  @Test
  void refusesXmlThatIsNone() {
    assertThat(refusal(rows("<row r=\"1\"><c></row>")).code()).isEqualTo("damaged");
    assertThat(refusal(rows("<a>".repeat(100_000))).code()).isIn("damaged", "zip_bomb");
  }

  private byte[] rows(String rows) {
    return Books.zip(Books.parts(rows));
  }

  private Unreadable refusal(byte[] book) {
    return refusal(book, Map.of());
  }

  private Unreadable refusal(byte[] book, Map<String, String> settings) {
    Unreadable refused =
        catchThrowableOfType(Unreadable.class, () -> Reads.read(folder, book, settings));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).containsAnyOf("save", "split", "shorten", "remove", "put");
    return refused;
  }

  private Unreadable oldOffice(byte[] book) throws IOException {
    return OldOffice.refusal(Files.write(folder.resolve("old"), book));
  }

  private static Map<String, byte[]> withTwin() {
    Map<String, byte[]> parts = Books.parts(ROWS);
    parts.put("xl/worksheets/sheet2.xml", utf8(Books.sheet(ROWS)));
    return parts;
  }

  private static void replace(byte[] bytes, String old, String with) {
    byte[] from = utf8(old);
    for (int i = 0; i + from.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + from.length, from, 0, from.length)) {
        System.arraycopy(utf8(with), 0, bytes, i, from.length);
      }
    }
  }
}
