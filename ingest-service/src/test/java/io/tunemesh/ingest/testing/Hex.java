package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Books.inline;
import static io.tunemesh.ingest.testing.Books.utf8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Large workbooks, written to a folder piece by piece, whose texts are random digits. */
public final class Hex {

  private Hex() {}

  /** A workbook of so many distinct shared texts, of which its one row names one. */
  public static Path sharedTexts(Path folder, int count) throws IOException {
    Random random = new Random(7);
    Map<String, byte[]> parts =
        Books.parts(inline(1, "x", "y") + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>");
    Books.addPart(parts, "sharedStrings", "xl/sharedStrings.xml", "<sst>@</sst>");
    return write(folder, parts, count, i -> "<si><t>" + hex(random, 8) + "</t></si>");
  }

  /** A workbook of so many rows with 4,000 characters each. */
  public static Path rows(Path folder, int count) throws IOException {
    Random random = new Random(7);
    return write(
        folder,
        Books.parts(inline(1, "x", "y") + "@"),
        count,
        i -> inline(i + 2, hex(random, 2000), "b"));
  }

  private static Path write(
      Path folder, Map<String, byte[]> parts, int count, IntFunction<String> piece)
      throws IOException {
    Path file = Files.createTempFile(folder, "book", null);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.BEST_SPEED);
      for (var part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        String[] halves = new String(part.getValue(), StandardCharsets.UTF_8).split("@");
        zip.write(utf8(halves[0]));
        if (halves.length > 1) {
          for (int i = 0; i < count; i++) {
            zip.write(utf8(piece.apply(i)));
          }
          zip.write(utf8(halves[1]));
        }
        zip.closeEntry();
      }
    }
    return file;
  }

  private static String hex(Random random, int bytes) {
    byte[] digits = new byte[bytes];
    random.nextBytes(digits);
    return HexFormat.of().formatHex(digits);
  }
}
