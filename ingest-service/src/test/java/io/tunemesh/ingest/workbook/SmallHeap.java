package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.testing.Books.inline;
import static io.tunemesh.ingest.testing.Books.utf8;

import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Runs in a process of its own with little memory; prints a line for each workbook it read. */
final class SmallHeap {

  private static final Random RANDOM = new Random(7);

  private SmallHeap() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path texts = texts(folder.resolve("texts"));
    System.out.println(read(folder, texts, Map.of("shared-text-memory", "" + (1L << 60))));
    System.out.println(read(folder, texts, Map.of("shared-text-memory", "1000000")));
    System.out.println(read(folder, rows(folder.resolve("rows")), Map.of()));
  }

  private static String read(Path folder, Path file, Map<String, String> settings)
      throws IOException {
    Path lines = folder.resolve("lines");
    WorkbookConfig config = Reads.config(settings);
    try (RecordWriter records = new RecordWriter(lines, config.maxRows(), config.maxCharacters())) {
      new WorkbookReader(config, folder).read(file, records);
      return records.rows()
          + " rows, more than the heap: "
          + (Files.size(lines) > Runtime.getRuntime().maxMemory());
    } catch (Unreadable e) {
      return e.code();
    }
  }

  /** A workbook of 1.2 million distinct shared texts, of which one row names one. */
  private static Path texts(Path file) throws IOException {
    Map<String, byte[]> parts =
        Books.parts(inline(1, "x", "y") + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>");
    Books.addPart(parts, "sharedStrings", "xl/sharedStrings.xml", "<sst>@</sst>");
    return write(file, parts, 1_200_000, i -> "<si><t>" + hex(8) + "</t></si>");
  }

  /** A workbook of 12,000 rows with 4,000 characters each. */
  private static Path rows(Path file) throws IOException {
    return write(
        file, Books.parts(inline(1, "x", "y") + "@"), 12_000, i -> inline(i + 2, hex(2000), "b"));
  }

  private static Path write(
      Path file, Map<String, byte[]> parts, int count, java.util.function.IntFunction<String> piece)
      throws IOException {
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

  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
