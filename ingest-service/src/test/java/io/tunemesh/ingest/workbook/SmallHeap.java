package io.tunemesh.ingest.workbook;

import static io.tunemesh.ingest.testing.Books.inline;

import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.testing.Books;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Runs in a process of its own with little memory; prints a line for each workbook it read. */
final class SmallHeap {

  private SmallHeap() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try {
      Reads.read(
          folder, texts(200_000), Map.of("shared-text-memory", "" + Long.MAX_VALUE / 2));
      System.out.println("read");
    } catch (Unreadable e) {
      System.out.println(e.code());
    }
    System.out.println(Reads.read(folder, texts(20_000), Map.of()).records().size());
    Path large = large(folder.resolve("large"));
    Path lines = folder.resolve("lines");
    try (var records =
        new io.tunemesh.ingest.record.RecordWriter(lines, 1_000_000, 1_000_000_000)) {
      new WorkbookReader(Reads.config(Map.of("shared-text-memory", "1000000")), folder)
          .read(large, records);
      System.out.println(records.rows() + " " + (Files.size(lines) > 100_000_000));
    }
  }

  /** A workbook of that many distinct shared texts in one column. */
  private static byte[] texts(int count) {
    StringBuilder texts = new StringBuilder("<sst>");
    Random random = new Random(7);
    for (int i = 0; i < count; i++) {
      texts.append("<si><t>").append(Long.toHexString(random.nextLong())).append("</t></si>");
    }
    Map<String, byte[]> parts =
        Books.parts(
            inline(1, "x", "y") + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row>");
    Books.addPart(parts, "sharedStrings", "xl/sharedStrings.xml", texts.append("</sst>").toString());
    return Books.zip(parts);
  }

  /** A workbook of more than 100 MB of text, whose every row is another. */
  private static Path large(Path file) throws Exception {
    Random random = new Random(7);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var part : Books.parts("@").entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        String[] halves = new String(part.getValue()).split("@");
        zip.write(Books.utf8(halves[0]));
        if (halves.length > 1) {
          zip.write(Books.utf8(inline(1, "x", "y")));
          for (int i = 2; i < 30_002; i++) {
            String text = Long.toHexString(random.nextLong());
            zip.write(Books.utf8(inline(i, text.repeat(250), text)));
          }
          zip.write(Books.utf8(halves[1]));
        }
        zip.closeEntry();
      }
    }
    return file;
  }
}
