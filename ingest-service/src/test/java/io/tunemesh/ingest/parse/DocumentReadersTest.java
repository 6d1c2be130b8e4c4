package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.Documents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are no text: Word, PDF, Parquet, zip. */
class DocumentReadersTest {

  @TempDir Path folder;

  @Test
  void readsAWordDocumentWithItsHeadings() {
    Reads.Found found = read(Documents.docx());

    assertThat(found.kind()).isEqualTo("docx");
    assertThat(found.rows()).containsExactly(1, 2, 3);
    assertThat(found.values())
        .containsExactly(
            Map.of("heading", "安装", "text", "先下载，再安装。"),
            Map.of("heading", "安装", "text", "Then start it."),
            Map.of("heading", "安装", "text", "port\t8700"));
  }

  @Test
  void readsAPdfByPagesAndParagraphs() {
    Reads.Found found =
        read(
            Documents.pdf(
                null,
                List.of(
                    List.of("A first paragraph that", "goes on in a line.", "", "A second one."),
                    List.of("The next page."))));

    assertThat(found.kind()).isEqualTo("pdf");
    assertThat(found.values())
        .containsExactly(
            Map.of("text", "A first paragraph that goes on in a line.", "page", "1"),
            Map.of("text", "A second one.", "page", "1"),
            Map.of("text", "The next page.", "page", "2"));
    assertThat(found.rows()).containsExactly(1, 2, 3);
  }

  @Test
  void readsAPdfColumnByColumn() {
    List<Documents.Placed> lines = new ArrayList<>();
    for (int line = 0; line < 4; line++) {
      lines.add(new Documents.Placed(72, 700 - 14 * line, "Left goes on."));
    }
    for (int line = 0; line < 4; line++) {
      lines.add(new Documents.Placed(320, 700 - 14 * line, "Right goes on."));
    }

    assertThat(read(Documents.pdf(lines)).column("text"))
        .containsExactly(
            "Left goes on. Left goes on. Left goes on. Left goes on.",
            "Right goes on. Right goes on. Right goes on. Right goes on.");
  }

  @Test
  void readsAPdfThatIsDrawnInNoOrderFromTopToBottom() {
    List<Documents.Placed> lines = new ArrayList<>();
    for (int line : new int[] {3, 0, 2, 4, 1}) {
      lines.add(new Documents.Placed(72, 700 - 14 * line, "Line " + line + "."));
    }

    assertThat(read(Documents.pdf(lines)).column("text"))
        .containsExactly("Line 0. Line 1. Line 2. Line 3. Line 4.");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
  void readsParquetByRows(CompressionCodecName codec) {
    Reads.Found found = read(Documents.parquet(folder, codec, 3, "文", 1 << 20));

    assertThat(found.kind()).isEqualTo("parquet");
    assertThat(found.columns()).containsExactly("text", "label", "score", "day", "tags");
    assertThat(found.values())
        .containsExactly(
            Map.of(
                "text",
                "文0",
                "label",
                "0",
                "score",
                "0.0",
                "day",
                "2024-10-04",
                "tags",
                "[\"a\",null]"),
            Map.of("label", "1"),
            Map.of("text", "NaN", "label", "2", "day", "2024-10-06", "tags", "[\"a\",null]"));
  }

  @Test
  void readsEveryRowGroup() {
    Reads.Found found =
        read(Documents.parquet(folder, CompressionCodecName.ZSTD, 5000, "a long text ", 20_000));

    assertThat(found.records()).hasSize(5000);
    assertThat(found.records().getLast())
        .isEqualTo(new SourceRecord(null, 5000, Map.of("label", "4999")));
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodecName.class,
      names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP"})
  void readsPagesOfBothVersionsAlike(CompressionCodecName codec) {
    assertThat(read(Documents.parquet(folder, codec, 3000, "a text ", 20_000, true)).records())
        .isEqualTo(read(Documents.parquet(folder, codec, 3000, "a text ", 20_000)).records())
        .hasSize(3000);
  }

  /** As pyarrow writes it for an empty table between two others. */
  @Test
  void readsOnBehindARowGroupWithoutRows() throws Exception {
    try (InputStream file = getClass().getResourceAsStream("/parquet/an-empty-group.parquet")) {
      assertThat(read(file.readAllBytes()).values())
          .containsExactly(Map.of("text", "one"), Map.of("text", "two"));
    }
  }

  @Test
  void readsTheTimesOfOlderWriters() throws Exception {
    byte[] file =
        Documents.oldTimes(
            folder.resolve("made.parquet"),
            new NanoTime(2_440_588, 0),
            new NanoTime(2_460_469, 52_331_123_456_789L),
            new NanoTime(2_440_587, 86_399_999_999_999L));

    assertThat(read(file).column("at"))
        .containsExactly(
            "1970-01-01T00:00:00.000000000",
            "2024-06-07T14:32:11.123456789",
            "1969-12-31T23:59:59.999999999");
  }

  @Test
  void readsAWordDocumentWithTrackedMovesTabStopsAndEmptyCells() throws Exception {
    byte[] docx =
        Documents.docx(
            """
            <w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>
              <w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r></w:p>
            <w:p><w:moveFrom w:id="1"><w:r><w:t>moved away</w:t></w:r></w:moveFrom>
              <w:del w:id="2"><w:r><w:tab/><w:delText>gone</w:delText></w:r></w:del>
              <w:moveTo w:id="3"><w:r><w:t>moved here</w:t></w:r></w:moveTo></w:p>
            <w:tbl>
              <w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t> a</w:t></w:r></w:p></w:tc>
                <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>
              <w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc>
                <w:tc><w:p/></w:tc></w:tr>
              <w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>
            </w:tbl>
            """);

    assertThat(read(docx).column("text")).containsExactly("one\ttwo", "moved here", "\t a\tb", "c");
  }

  @Test
  void keepsAHeadingOfAWordDocumentBeforeOneOfAHigherLevel() throws Exception {
    byte[] docx = Documents.docx(heading(2, "Deep") + heading(0, "Top") + heading(1, "Last"));

    assertThat(read(docx).values())
        .containsExactly(
            Map.of("heading", "Deep", "text", "Deep"),
            Map.of("heading", "Top > Last", "text", "Last"));
  }

  @Test
  void readsTheBoxesOfAWordDocumentApartFromTheParagraphsThatHoldThem() throws Exception {
    byte[] docx =
        Documents.docx(
            """
            <w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Chapter </w:t></w:r>
              <w:r><w:pict><w:txbxContent>
                <w:p><w:r><w:t>In a box.</w:t></w:r></w:p>
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
              </w:txbxContent></w:pict></w:r><w:r><w:t>one</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r><w:r><w:pict><w:txbxContent>
                <w:p><w:r><w:t>Also.</w:t></w:r></w:p>
              </w:txbxContent></w:pict></w:r></w:p></w:tc>
              <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            """);

    assertThat(read(docx).values())
        .containsExactly(
            Map.of("text", "In a box."),
            Map.of("text", "cell"),
            Map.of("heading", "Chapter one", "text", "Also."),
            Map.of("heading", "Chapter one", "text", "a\tb"));
  }

  @Test
  void readsTheBaseOfRubyAndSymbols() throws Exception {
    byte[] docx =
        Documents.docx(
            """
            <w:p><w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>
              <w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>
            <w:p><w:r><w:t>x</w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t>3, </w:t>
              <w:sym w:font="Wingdings" w:char="F04A"/><w:sym w:font="Arial" w:char="2264"/>
              <w:sym w:font="Symbol" w:char="F0FF"/><w:sym w:font="Symbol"/></w:r></w:p>
            """);

    assertThat(read(docx).column("text")).containsExactly("漢字", "x≥3, \ufffd≤\ufffd\ufffd");
  }

  @Test
  void readsAStrictWordDocument() throws Exception {
    Map<String, byte[]> parts = Documents.parts(Documents.docx());
    parts.replaceAll(
        (name, bytes) ->
            Documents.utf8(
                new String(bytes, StandardCharsets.UTF_8)
                    .replace(
                        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                        "http://purl.oclc.org/ooxml/officeDocument/relationships")
                    .replace(
                        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                        "http://purl.oclc.org/ooxml/wordprocessingml/main")
                    .replace("<w:outlineLvl w:val=\"0\"/>", "<w:pStyle w:val=\"H\"/>")));
    parts.put(
        "word/styles.xml",
        Documents.utf8(
            """
            <w:styles xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">
              <w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>
            </w:styles>
            """));

    assertThat(read(Documents.zip(parts)).values())
        .isEqualTo(read(Documents.docx()).values())
        .contains(Map.of("heading", "安装", "text", "port\t8700"));
  }

  private static String heading(int level, String text) {
    return "<w:p><w:pPr><w:outlineLvl w:val=\"%d\"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>"
        .formatted(level, text);
  }

  @Test
  void readsEachFileOfAZipAsASheet() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("b.jsonl", Documents.utf8("{\"a\": 1}\n"));
    files.put("a/数据.csv", "题目,答案\n问,答\n".getBytes(Charset.forName("GB18030")));
    files.put("a/book.xlsx", Books.questions(2));
    files.put("__MACOSX/a/._book.xlsx", new byte[] {0, 5});
    files.put(".DS_Store", new byte[] {0, 0, 1});

    Reads.Found found = read(Documents.zip(files));

    assertThat(found.kind()).isEqualTo("archive");
    assertThat(found.reading().sheets())
        .extracting(UploadParsed.Sheet::name, UploadParsed.Sheet::rows)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a/book.xlsx/Sheet1", 2L),
            org.assertj.core.groups.Tuple.tuple("a/数据.csv", 1L),
            org.assertj.core.groups.Tuple.tuple("b.jsonl", 1L));
    assertThat(found.records())
        .extracting(SourceRecord::sheet)
        .containsExactly("a/book.xlsx/Sheet1", "a/book.xlsx/Sheet1", "a/数据.csv", "b.jsonl");
  }

  @Test
  void readsAZipWithA64BitEnd() throws Exception {
    assertThat(read(zip64()).values()).containsExactly(Map.of("a", "1"));
  }

  /** As {@code zip -fz} writes it: the directory's place is in the 64-bit end alone. */
  private static byte[] zip64() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      zip.setUseZip64(Zip64Mode.Always);
      zip.putArchiveEntry(new ZipArchiveEntry("a.jsonl"));
      zip.write(Documents.utf8("{\"a\": 1}\n"));
      zip.closeArchiveEntry();
    }
    byte[] made = bytes.toByteArray();
    Arrays.fill(made, made.length - 6, made.length - 2, (byte) 0xff);
    return made;
  }

  private Reads.Found read(byte[] bytes) {
    return new Reads(folder).bytes(bytes);
  }
}
