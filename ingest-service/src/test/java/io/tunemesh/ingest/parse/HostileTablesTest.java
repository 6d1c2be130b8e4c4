package io.tunemesh.ingest.parse;

import static io.tunemesh.ingest.testing.Documents.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.ingest.testing.HostileBytes;
import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import io.tunemesh.ingest.testing.HostileTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no workbook and cannot be read: each is refused with a code and its place. */
class HostileTablesTest {

  @TempDir Path folder;

  static List<HostileTexts.Bad> texts() {
    return HostileTexts.texts();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void refusesAText(HostileTexts.Bad bad) {
    Unreadable refused = refusal(utf8(bad.text()));

    assertThat(refused.code()).isEqualTo(bad.code());
    assertThat(refused.where("f")).isEqualTo(new Where("f", null, bad.row(), bad.column(), null));
    assertThat(refused.getMessage())
        .hasSizeLessThan(500)
        .doesNotContain("Exception", "com.", "org.");
  }

  static List<Hostile> bytes() {
    return HostileBytes.all();
  }

  @ParameterizedTest
  @MethodSource("bytes")
  void refusesAFile(Hostile file) throws Exception {
    Unreadable refused = refusal(file.bytes().make());

    assertThat(refused.code()).isIn(file.codes());
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

  @Test
  void refusesTwoFilesOfAZipThatWouldBeOneSheet() {
    byte[] table = utf8("a,b\n1,2\n");
    byte[] slashes = Documents.zip(Map.of("a\\b.csv", table, "a/b.csv", table));
    byte[] sheet = Documents.zip(Map.of("a.xlsx", Books.questions(2), "a.xlsx/Sheet1", table));

    assertThat(refusal(slashes).code()).isEqualTo("duplicate_entry");
    assertThat(refusal(sheet).code()).isEqualTo("duplicate_entry");
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
  void refusesPagesThatDoNotFit() {
    byte[] file =
        Documents.parquet(folder, CompressionCodecName.UNCOMPRESSED, 2000, "text", 1 << 20);
    Reads small = new Reads(folder, Map.of("max-page-bytes", "5000"));

    assertThat(catchThrowableOfType(Unreadable.class, () -> small.bytes(file)).code())
        .isEqualTo("too_large");
  }

  @Test
  void refusesPagesThatFitAloneAndNotSideBySide() {
    byte[] file =
        Documents.parquet(folder, CompressionCodecName.UNCOMPRESSED, 2000, "text", 1 << 20);
    Reads small = new Reads(folder, Map.of("max-page-bytes", "20000"));

    Unreadable refused = catchThrowableOfType(Unreadable.class, () -> small.bytes(file));

    assertThat(refused.code()).isEqualTo("too_large");
    assertThat(refused.getMessage()).contains("side by side");
  }

  @Test
  void refusesAPageThatIsNotWhatWasWritten() {
    byte[] file =
        Documents.parquet(folder, CompressionCodecName.UNCOMPRESSED, 2000, "text ", 1 << 20);
    file[file.length / 4] ^= 1;

    assertThat(refusal(file).code()).isEqualTo("damaged");
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

  private static byte[] join(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }
}
