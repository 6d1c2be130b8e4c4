package io.tunemesh.ingest.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is taken from the bytes of a sheet is what the XML parser finds there. A comment before the
 * first row leaves all rows to the parser.
 */
class PlainRowsTest {

  private static final String COMMENT = "<!-- all that follows is the parser's -->";
  private static final String HEADER =
      "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c>"
          + "<c r=\"B1\" t=\"inlineStr\"><is><t>y</t></is></c></row>";
  private static final List<String> TEXTS =
      List.of(
          "plain",
          "汉字，没有别的",
          "\u3000",
          " ",
          "",
          "a\tb\nc",
          "é ß \u00a0 𠮷 😀 \ufeff",
          "\\ and \" and '",
          "a &amp; b &lt;c&gt; &quot;&apos; &#10; &#x1F600; &#20013;",
          "_x0041_ _x000D_ __x _",
          "]] ]中 ]",
          "> >>",
          "12",
          "-1.5E3",
          "0",
          "1",
          "2");
  private static final List<String> BROKEN =
      List.of(
          "&nothing;",
          "&#0;",
          "&#xD800;",
          "&",
          "]]>",
          "\u0001",
          "\uffff",
          "<b>",
          "</v>",
          "<!-- x -->",
          "<![CDATA[ 1 < 2 ]]>",
          "\r\n");

  @TempDir Path folder;

  @Test
  void readsWhatTheParserReads() throws IOException {
    int refused = 0;
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      StringBuilder rows = new StringBuilder();
      int odd = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40);
      int number = 2;
      for (int i = random.nextInt(6); i >= 0; i--) {
        rows.append(row(number, random, odd));
        number += 1 + random.nextInt(3);
      }
      String shared = sharedTexts(random, odd);

      String plain = outcome(HEADER + rows, shared);

      assertThat(plain)
          .as("seed %d: %s %s", seed, shared, rows)
          .isEqualTo(outcome(COMMENT + HEADER + rows, COMMENT + shared));
      refused += plain.startsWith("refused") ? 1 : 0;
    }
    assertThat(refused).isBetween(60, 540);
  }

  @Test
  void readsRowsOfEverySizeAcrossTheEndsOfItsBuffers() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 2; i < 700; i++) {
      rows.append(Books.inline(i, "题" + "字a".repeat(i), "é😀".repeat(i % 97)));
    }
    rows.append(Books.inline(700, "长".repeat(400_000), "end"));

    assertThat(outcome(HEADER + rows, "")).isEqualTo(outcome(COMMENT + HEADER + rows, ""));
  }

  @Test
  void refusesASheetThatIsCutOffAnywhere() throws IOException {
    String rows = HEADER + Books.inline(2, "汉字 😀 é", "b &amp; c") + "\n ";
    byte[] whole = Books.sheet(rows).getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      Map<String, byte[]> parts = Books.parts("");
      parts.put("xl/worksheets/sheet1.xml", java.util.Arrays.copyOf(whole, length));

      assertThat(outcome(parts)).as("cut off at %d", length).startsWith("refused damaged");
    }
  }

  @Test
  void leavesBytesThatAreNoTextToTheParser() throws IOException {
    for (int first = 0x80; first < 0x100; first++) {
      for (int[] more : new int[][] {{}, {0x80}, {0xbf, 0xbf}, {0x80, 0x80}, {0x9f, 0xbf, 0xbf}}) {
        byte[] bytes = new byte[more.length + 1];
        bytes[0] = (byte) first;
        for (int i = 0; i < more.length; i++) {
          bytes[i + 1] = (byte) more[i];
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);

        assertThat(outcome(bytes(HEADER + Books.inline(2, "a" + text + "b", "c"))))
            .as("bytes %s", java.util.HexFormat.of().formatHex(bytes))
            .isEqualTo(outcome(bytes(COMMENT + HEADER + Books.inline(2, "a" + text + "b", "c"))));
      }
    }
  }

  private static Map<String, byte[]> bytes(String rows) {
    Map<String, byte[]> parts = Books.parts("");
    parts.put("xl/worksheets/sheet1.xml", Books.sheet(rows).getBytes(StandardCharsets.ISO_8859_1));
    return parts;
  }

  private static String row(int number, Random random, int odd) {
    String tag =
        one(
            random,
            odd,
            List.of("<row r=\"%d\">", "<row r=\"%d\" spans=\"1:3\" ht=\"15.5\">\n"),
            List.of(
                "<row r=\"%d\" r=\"%d\">",
                "<row>",
                "<row r='%d'>",
                "<row r=\"%d\" x:y=\"1\">",
                "<row r=\"1\">",
                "<row r=\"%d\" ht=\"1\" spans=\"1:3\">",
                "<!-- c --><row r=\"%d\">"));
    StringBuilder xml = new StringBuilder(tag.replace("%d", "" + number));
    char column = 'A';
    for (int i = random.nextInt(4); i > 0; i--, column++) {
      column += (char) (random.nextInt(12) == 0 ? 1 : 0);
      xml.append(cell(column + "" + number, random, odd));
    }
    return xml.append(one(random, odd, List.of("</row>", "</row>\n "), List.of("</raw>", "")))
        .toString();
  }

  private static String cell(String place, Random random, int odd) {
    String text = one(random, odd, TEXTS, BROKEN);
    String form =
        one(
            random,
            odd,
            List.of(
                "<c r=\"%p\" t=\"inlineStr\"><is><t>%t</t></is></c>",
                "<c r=\"%p\" t=\"inlineStr\"><is><t xml:space=\"preserve\">%t</t></is></c>",
                "<c r=\"%p\" s=\"0\" t=\"str\"><v>%t</v></c>",
                "<c r=\"%p\" t=\"s\"><v>%n</v></c>",
                "<c r=\"%p\"><v>%n</v></c>",
                "<c r=\"%p\" t=\"n\" s=\"3\"><v>%n.5</v></c>",
                "<c r=\"%p\" t=\"b\"><v>%n</v></c>",
                "<c r=\"%p\" s=\"1\"/>",
                "<c r=\"%p\"></c>\n"),
            List.of(
                "<c r=\"%p\" t=\"e\"><v>#DIV/0!</v></c>",
                "<c r=\"%p\"><f>A1</f><v>%n</v></c>",
                "<c r=\"%p\"><f>A1</f></c>",
                "<c><v>%n</v></c>",
                "<c r=\"%p\" t=\"inlineStr\"><is><r><t>a</t></r><r><t>%t</t></r></is></c>",
                "<c r=\"%p\" t=\"inlineStr\"><is><t>a<!-- c -->%t</t></is></c>",
                "<c r=\"%p\" t=\"str\"><is><t>%t</t></is></c>",
                "<c r=\"%p\" t=\"s\"><v>%t</v></c>",
                "<c r=\"%p\"><v>%t</v></c>",
                "<c r=\"A1\"><v>%n</v></c>",
                "<c r=\"ZZZZ1\"><v>%n</v></c>",
                "<c r=\"ALM3\"><v>%n</v></c>",
                "<c r=\"%p\" r=\"%p\"><v>%n</v></c>",
                "<c r=\"%p\" cm=\"1\"><v>%n</v></c>",
                "<c r = \"%p\" ><v>%n</v ></c >",
                "<c r=\"%p\" s=\"1\" s=\"1\"/>",
                "<c r=\"%p\" t=\"b\" t=\"b\"/>",
                "<c r=\"%p\"><x/><v>%n</v></c>",
                "<c r=\"%p\"><v>%n</c>"));
    return form.replace("%p", place).replace("%t", text).replace("%n", "" + random.nextInt(3));
  }

  private static String sharedTexts(Random random, int odd) {
    StringBuilder xml = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      String form =
          one(
              random,
              3 * odd,
              List.of(
                  "<si><t>%t</t></si>",
                  "<si><t xml:space=\"preserve\">%t</t></si>\n", "<si><t/></si>"),
              List.of(
                  "<si/>",
                  "<si><r><t>a</t></r><r><rPr/><t>%t</t></r></si>",
                  "<si><t>%t</t><rPh sb=\"0\"><t>b</t></rPh></si>",
                  "<si><t>%t</t>"));
      xml.append(form.replace("%t", one(random, 3 * odd, TEXTS, BROKEN)));
    }
    return xml.toString();
  }

  /** One of the usual; one time in {@code odd} one of the others, never if that is 0. */
  private static String one(Random random, int odd, List<String> usual, List<String> others) {
    List<String> from = odd > 0 && random.nextInt(odd) == 0 ? others : usual;
    return from.get(random.nextInt(from.size()));
  }

  private String outcome(String rows, String shared) throws IOException {
    Map<String, byte[]> parts = Books.parts(rows);
    Books.addPart(
        parts,
        "sharedStrings",
        "xl/sharedStrings.xml",
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
            + shared
            + "</sst>");
    return outcome(parts);
  }

  private String outcome(Map<String, byte[]> parts) throws IOException {
    try {
      return Reads.read(folder, Books.zip(parts), Map.of()).toString();
    } catch (Unreadable e) {
      return "refused " + e.code() + " " + e.getMessage() + " " + e.where("file");
    }
  }
}
