package io.tunemesh.ingest.parse;

import static io.tunemesh.ingest.testing.Documents.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Documents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no workbook and cannot be read: each is refused with a code and its place. */
class HostileTablesTest {

  private static final String LONG = "x".repeat(10_000_000);

  @TempDir Path folder;

  static Stream<Arguments> texts() {
    return Stream.of(
        // JSON
        bad("100k deep", "[{\"a\":" + "[".repeat(100_000), "too_deep", 1, null),
        bad("100k deep objects", "{\"a\":".repeat(100_000), "too_deep", 1, null),
        bad("deep in row 2", "{\"a\":1}\n{\"a\":" + "[".repeat(5000), "too_deep", 2, null),
        bad("a text of 10 MB", "[{\"a\":\"" + LONG + "\"}]", "cell_too_long", 1, null),
        bad(
            "an array of 10 MB",
            "[{\"a\":[" + "1,".repeat(3_000_000) + "1]}]",
            "cell_too_long",
            1,
            "a"),
        bad("a key of 10 MB", "{\"" + LONG + "\":1}", "value_too_long", 1, null),
        bad(
            "a number of 5000 digits",
            "[{\"a\":" + "1".repeat(5000) + "}]",
            "value_too_long",
            1,
            null),
        bad("cut off", "[{\"a\":1},{\"a\":", "cut_off", 2, null),
        bad("cut off in a text", "{\"a\":1}\n{\"a\":\"x", "cut_off", 2, null),
        bad(
            "a line that breaks off",
            "{\"a\":1}\n{\"a\":\n{\"a\":2}\n{\"b\" 1}",
            "invalid_json",
            2,
            null),
        bad("no comma", "[{\"a\":1} {\"a\":2}]", "invalid_json", 1, null),
        bad("Python", "{'a': 1}", "invalid_json", 1, null),
        bad("a raw line break", "{\"a\":\"x\ny\"}", "invalid_json", 1, null),
        bad("a key twice", "{\"a\":1}\n{\"a\":1,\"b\":2,\"a\":3}", "duplicate_key", 2, "a"),
        bad("a nested key twice", "[{\"x\":{\"a\":1,\"a\":3}}]", "duplicate_key", 1, "a"),
        bad("half an emoji", "[{\"a\":\"ok\"},{\"a\":\"\\ud83d\"}]", "lone_surrogate", 2, "a"),
        bad("half an emoji inside", "[{\"a\":[\"\\ude00\"]}]", "lone_surrogate", 1, "a"),
        bad("a NUL", "[{\"a\":\"x\\u0000\"}]", "nul", 1, "a"),
        bad("a million columns", keys(1_000_000), "too_many_columns", 1, null),
        bad("a record too long", wide(), "record_too_long", 1, null),
        bad("elements that are no objects", "[[1],[2]]", "unsupported_shape", 1, null),
        bad("a mixed array", "[{\"a\":1},2]", "unsupported_shape", 2, null),
        bad("lines that are no objects", "{\"a\":1}\n[2]", "unsupported_shape", 2, null),
        bad("two objects a line", "{\"a\":1}{\"a\":2}", "unsupported_shape", 1, null),
        bad("two arrays", "[{\"a\":1}]\n[{\"a\":2}]", "unsupported_shape", 1, null),
        bad("unequal columns", "{\"a\":[1,2],\"b\":[1]}", "unequal_columns", 1, "b"),
        bad("an empty array", "[]", "no_rows", null, null),
        // delimited text
        bad("a quote that stays open", "a,b\n1,2\n3,\"4\n5,6\n", "unbalanced_quotes", 3, null),
        bad("open for 10 MB", "a,b\n1,2\n3,\"" + LONG, "cell_too_long", 3, null),
        bad("text behind a quote", "a,b\n1,2\n\"3\"x,4\n5,6\n", "unbalanced_quotes", 3, null),
        bad(
            "more fields than names",
            "a,b\n1,2\n3,4\n5,6\n7,8,9\n0,0\n",
            "too_many_fields",
            5,
            null),
        bad(
            "a million fields",
            "a,b\n1,2\n" + ",".repeat(1_000_000) + "9\n",
            "too_many_columns",
            3,
            null),
        bad("a field of 10 MB", "a,b\n1,2\n3," + LONG + "\n", "cell_too_long", 3, null),
        bad("a header alone", "a,b\n,\n", "no_rows", null, null),
        bad(
            "a heading of a million spaces",
            "# a\n# " + " ".repeat(900_000) + "x\n" + LONG,
            "line_too_long",
            3,
            null),
        bad(
            "a name of a million spaces",
            "A: b\nA" + " ".repeat(900_000) + "x\nA: c\n" + LONG,
            "line_too_long",
            4,
            null),
        // other text
        bad("a line of 10 MB", "one\ntwo\n" + LONG, "line_too_long", 3, null),
        bad(
            "a paragraph too long",
            "a\nb\n\n" + ("y".repeat(99_999) + "\n").repeat(15),
            "cell_too_long",
            4,
            "text"),
        bad(
            "a ragged line of tags",
            "a O\nb O\nc O\n" + "d O\n".repeat(70_000) + "x\n",
            "ragged_line",
            70_004,
            null),
        bad("nothing but blank lines", " \n\n \n", "no_rows", null, null));
  }

  private static Arguments bad(String what, String text, String code, Integer row, String column) {
    return Arguments.of(what, text, code, row, column);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void refusesAText(String what, String text, String code, Integer row, String column) {
    Unreadable refused = refusal(utf8(text));

    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.where("f")).isEqualTo(new Where("f", null, row, column, null));
    assertThat(refused.getMessage())
        .hasSizeLessThan(500)
        .doesNotContain("Exception", "com.", "org.");
  }

  static Stream<Arguments> bytes() throws IOException {
    byte[] zip = Documents.zip(Map.of("a.csv", utf8("a,b\n1,2\n")));
    byte[] crc = zip.clone();
    crc[30 + "a.csv".length() + 3] ^= 1;
    Map<String, byte[]> nested = Map.of("in.zip", zip);
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 1001; i++) {
      many.put(i + ".csv", utf8("a,b\n1,2\n"));
    }
    byte[] broken = utf8("id,text\n1,good\n2,bad \0\n");
    byte[] mixed = join(utf8("标题,正文内容\n一,二\n"), "三,四".getBytes(Charset.forName("GB18030")));
    byte[] pdf = Documents.pdf(null, List.of(List.of("text")));
    Map<String, byte[]> crowd = new LinkedHashMap<>();
    for (int i = 0; i < 60_000; i++) {
      crowd.put("folder/file-" + i, new byte[0]);
    }
    return Stream.of(
        Arguments.of("sixty thousand files", Documents.zip(crowd), "too_many_files"),
        Arguments.of("a NUL in a CSV", broken, "nul"),
        Arguments.of("zeros", new byte[100_000], "unsupported_type"),
        Arguments.of("random bytes", random(100_000), null),
        Arguments.of(
            "Latin-1",
            "nom,âge\nRené,4\nZoé,5\n".getBytes(StandardCharsets.ISO_8859_1),
            "wrong_encoding"),
        Arguments.of(
            "Big5", "題目,答案\n這是一個繁體中文的問題,答\n".getBytes(Charset.forName("Big5")), "wrong_encoding"),
        Arguments.of(
            "Shift JIS",
            "これは,ほん\nにほんご,です\n".getBytes(Charset.forName("Shift_JIS")),
            "wrong_encoding"),
        Arguments.of(
            "Korean",
            "질문,대답\n안녕하세요여러분반갑습니다오늘은좋은날입니다,네\n".getBytes(Charset.forName("EUC-KR")),
            "wrong_encoding"),
        Arguments.of("two encodings", mixed, "wrong_encoding"),
        Arguments.of("cut off in a character", Arrays.copyOf(utf8("题目,答案\n问,答"), 20), "cut_off"),
        Arguments.of(
            "UTF-16 of odd length",
            Arrays.copyOf("\ufeffa,b\n1,2".getBytes(StandardCharsets.UTF_16LE), 15),
            "cut_off"),
        Arguments.of(
            "half a pair in UTF-16",
            join(
                new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xd8},
                "a,b".getBytes(StandardCharsets.UTF_16LE)),
            "wrong_encoding"),
        Arguments.of("a gzip", gzip(utf8("a,b\n1,2\n")), "unsupported_type"),
        Arguments.of(
            "a PNG",
            HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"),
            "unsupported_type"),
        Arguments.of("nothing", new byte[0], "empty_file"),
        Arguments.of("a PDF cut off", Arrays.copyOf(pdf, pdf.length / 3), "damaged"),
        Arguments.of("a PDF's head alone", utf8("%PDF-1.7\n"), "damaged"),
        Arguments.of("a PDF of pictures", Documents.pdf(null, List.of(List.of())), "no_text"),
        Arguments.of(
            "a PDF with a password", Documents.pdf("secret", List.of(List.of("x"))), "encrypted"),
        Arguments.of("a Parquet's head alone", utf8("PAR1xxxxPAR1"), "damaged"),
        Arguments.of(
            "a zip bomb", Documents.zip(Map.of("a.csv", new byte[200_000_000])), "zip_bomb"),
        Arguments.of("a zip in a zip", Documents.zip(nested), "nested_zip"),
        Arguments.of("a thousand files", Documents.zip(many), "too_many_files"),
        Arguments.of(
            "a way out",
            Documents.zip(Map.of("../../etc/cron.d/x", utf8("a,b\n1,2\n"))),
            "bad_entry_name"),
        Arguments.of("a zip cut off", Arrays.copyOf(zip, zip.length - 10), "damaged"),
        Arguments.of("a wrong checksum", crc, "damaged"),
        Arguments.of(
            "a picture in a zip",
            Documents.zip(Map.of("p.png", HexFormat.of().parseHex("89504e470d0a1a0a00"))),
            "unsupported_type"),
        Arguments.of(
            "only what a system left", Documents.zip(Map.of("__MACOSX/._a", utf8("x"))), "no_rows"),
        Arguments.of(
            "a presentation",
            Documents.zip(
                Map.of(
                    "[Content_Types].xml", utf8("<Types/>"), "ppt/presentation.xml", utf8("<p/>"))),
            "unsupported_type"),
        Arguments.of(
            "OpenDocument",
            Documents.zip(
                Map.of("mimetype", utf8("application/vnd.oasis"), "content.xml", utf8("<x/>"))),
            "unsupported_type"),
        Arguments.of(
            "Word without a document",
            Documents.zip(
                Map.of("[Content_Types].xml", utf8("<Types/>"), "word/x.xml", utf8("<x/>"))),
            "damaged"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bytes")
  void refusesAFile(String what, byte[] content, String code) {
    Unreadable refused = refusal(content);

    if (code == null) {
      assertThat(refused.code()).isIn("unsupported_type", "wrong_encoding");
    } else {
      assertThat(refused.code()).isEqualTo(code);
    }
    assertThat(refused.getMessage())
        .hasSizeLessThan(500)
        .doesNotContain("Exception", "com.", "org.");
  }

  @Test
  void saysTheByteThatIsNoText() {
    byte[] bytes = join(utf8("a,b\n好,的\n"), new byte[] {(byte) 0xff, 'x', '\n'});

    Unreadable refused = refusal(bytes);

    assertThat(refused.getMessage()).contains("Byte " + (bytes.length - 3)).contains("line 3");
    assertThat(refused.where("f").row()).isEqualTo(3);
  }

  @Test
  void saysWhichFileOfAZipCannotBeRead() {
    Unreadable refused =
        refusal(
            Documents.zip(
                new LinkedHashMap<>(Map.of("a.csv", utf8("a,b\n1,2\n"), "d/b.json", utf8("[{]")))));

    assertThat(refused.code()).isEqualTo("invalid_json");
    assertThat(refused.where("z.zip")).isEqualTo(new Where("z.zip", "d/b.json", 1, null, null));
    assertThat(refused.getMessage()).startsWith("d/b.json: ");
  }

  static Stream<Path> samples() throws Exception {
    try (Stream<Path> files =
        Files.list(Path.of(HostileTablesTest.class.getResource("/samples").toURI()))) {
      return files.sorted().toList().stream();
    }
  }

  /** Any other exception than a refusal is a fault of ours, for which the file would be retried. */
  @ParameterizedTest
  @MethodSource("samples")
  void readsOrRefusesWhateverChangedOnTheWay(Path sample) throws IOException {
    byte[] good = Files.readAllBytes(sample);
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      byte[] bad = Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
      for (int n = 0; n <= i % 8 && bad.length > 0; n++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        new Reads(folder).bytes(bad);
      } catch (Unreadable e) {
        assertThat(e.getMessage()).hasSizeLessThan(1000);
      }
    }
    assertThat(new Reads(folder).bytes(good).records()).isNotEmpty();
  }

  @Test
  void refusesParquetThatWasCutOff() {
    byte[] good = Documents.parquet(folder, CompressionCodecName.SNAPPY, 2000, "text ", 1 << 20);

    assertThat(refusal(Arrays.copyOf(good, good.length / 2)).code()).isEqualTo("damaged");
  }

  @Test
  void refusesARowGroupThatDoesNotFit() {
    byte[] file =
        Documents.parquet(folder, CompressionCodecName.UNCOMPRESSED, 2000, "text", 1 << 20);
    Reads small = new Reads(folder, Map.of("max-row-group-bytes", "5000"));

    assertThat(catchThrowableOfType(Unreadable.class, () -> small.bytes(file)).code())
        .isEqualTo("too_large");
  }

  @Test
  void countsTheBytesOfAllFilesOfAZip() {
    byte[] zip =
        Documents.zip(
            Map.of("a.txt", utf8("x y z.\n".repeat(500)), "b.txt", utf8("x y z.\n".repeat(500))));
    Reads small = new Reads(folder, Map.of("max-bytes", "5000"));

    assertThat(catchThrowableOfType(Unreadable.class, () -> small.bytes(zip)).code())
        .isEqualTo("too_large");
  }

  @Test
  void refusesADoctypeInAWordDocument() throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (var zip =
        new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(Documents.docx()))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        parts.put(entry.getName(), zip.readAllBytes());
      }
    }
    parts.compute(
        "word/document.xml",
        (name, xml) ->
            utf8(
                new String(xml, StandardCharsets.UTF_8)
                    .replace("<w:document", "<!DOCTYPE d [<!ENTITY e \"x\">]><w:document")));

    assertThat(refusal(Documents.zip(parts)).code()).isEqualTo("doctype");
  }

  private Unreadable refusal(byte[] bytes) {
    Unreadable refused =
        catchThrowableOfType(Unreadable.class, () -> new Reads(folder).bytes(bytes));
    assertThat(refused).as("must be refused").isNotNull();
    return refused;
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k" + i + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String wide() {
    String cell = "y".repeat(900_000);
    return "[{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}]".formatted(cell, cell, cell);
  }

  private static byte[] join(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
