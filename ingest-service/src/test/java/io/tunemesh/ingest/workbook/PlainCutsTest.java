package io.tunemesh.ingest.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.testing.Settings;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plain rows and texts are taken from the bytes wherever these are cut on their way: what is cut
 * off is waited for. A row that was left to the parser would take all that follow with it.
 */
class PlainCutsTest {

  private static final WorkbookConfig CONFIG = Settings.of(WorkbookConfig.class, Map.of());
  private static final String SHEET = "<worksheet xmlns:x14ac=\"x\"><sheetData>";
  private static final String SHEET_END = "</sheetData></worksheet>";
  private static final String TEXTS = "<sst>";
  private static final String TEXTS_END = "</sst>";

  @TempDir Path folder;

  @Test
  void takesAllRowsWhereverTheirBytesAreCut() throws IOException {
    String rows =
        """
        <row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="AB1" t="str"><v>y</v></c></row>
        <row r="2" spans="1:5" s="3" customFormat="1" ht="12.5" x14ac:dyDescent="0.2"><c r="A2" s="1"/>
        <c r="B2" s="2" t="s"><v>1</v></c><c r="C2"><v>-1.5E3</v></c><c r="D2" t="b"><v>1</v></c></row>
        <row r="1048576"><c t="inlineStr"><is><t xml:space="preserve"> 汉 é 😀 _x000D_ _x &amp; ] ]] </t></is></c>
        <c r="B1048576" t="n"></c></row>
        """;
    for (int piece : new int[] {1, 2, 7, 4096}) {
      Path file = folder.resolve("records");
      try (RecordWriter records = new RecordWriter(file, 100, 100_000);
          SharedTexts texts = new SharedTexts(folder, CONFIG)) {
        texts.add("a");
        texts.add("b");
        SheetTable table = new SheetTable("s", 5, records);
        SheetCells cells = new SheetCells("s", CONFIG, texts, new NumberFormats(false), table);
        PlainXml xml = new PlainXml(cut(SHEET + rows + SHEET_END, piece));

        new PlainRows(cells).read(xml);

        assertThat(xml.rest()).as("pieces of %d", piece).hasContent(SHEET + SHEET_END);
      }
      assertThat(Files.readAllLines(file)).hasSize(2);
    }
  }

  @Test
  void takesAllTextsWhereverTheirBytesAreCut() throws IOException {
    String all =
        """
        <si><t>plain</t></si><si><t/></si>
        <si><t xml:space="preserve"> 汉 é 😀 _x000D_ &amp; ]] </t></si>
        """;
    for (int piece : new int[] {1, 2, 7, 4096}) {
      try (SharedTexts texts = new SharedTexts(folder, CONFIG)) {
        PlainXml xml = new PlainXml(cut(TEXTS + all + TEXTS_END, piece));

        PlainTexts.read(xml, texts, CONFIG.maxCellCharacters());

        assertThat(xml.rest()).as("pieces of %d", piece).hasContent(TEXTS + TEXTS_END);
        assertThat(texts.find(2)).isPositive();
      }
    }
  }

  private static InputStream cut(String text, int piece) {
    return new FilterInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return super.read(buffer, offset, Math.min(piece, length));
      }
    };
  }
}
