package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Documents.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Word documents, PDFs and Parquet files that are a trap. */
final class HostileDocuments {

  private static final String BODY = "<w:body>";
  private static final int MEGABYTE = 1 << 20;

  private HostileDocuments() {}

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    word(all, "a bomb", "", " ".repeat(MEGABYTE), 200, "", "zip_bomb", "too_large");
    word(all, "very deep elements", "", "<w:sdt>", 100_000, "", "too_deep", "damaged");
    word(
        all,
        "a paragraph of a hundred megabytes",
        "<w:p><w:r><w:t>",
        "long ".repeat(MEGABYTE / 5),
        100,
        "</w:t></w:r></w:p>",
        "zip_bomb",
        "too_large");
    word(all, "a document that does not end", "<w:p>", "", 0, "", "damaged");
    all.add(
        Hostile.of(
            "a PDF whose pages are their own parent",
            () -> pdf("<</Type/Pages/Kids[2 0 R]/Count 1>>", "null", ""),
            "damaged",
            "no_text"));
    all.add(
        Hostile.of(
            "a PDF of a billion pages",
            () -> pdf("<</Type/Pages/Kids[3 0 R]/Count 1000000000>>", page(), "BT ET"),
            "damaged",
            "no_text",
            "too_large"));
    all.add(
        Hostile.of(
            "a PDF with a form that shows itself",
            () ->
                pdf(
                    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
                        + "/Resources<</XObject<</F 5 0 R>>>>>>",
                    "/F Do"),
            "damaged",
            "no_text"));
    all.add(
        Hostile.of(
            "a PDF with a bomb in its page",
            HostileDocuments::bomb,
            "zip_bomb",
            "too_large",
            "no_text"));
    for (int value : new int[] {Integer.MAX_VALUE, -5, 100_000_000}) {
      all.add(
          Hostile.of(
              "a Parquet whose end is %,d bytes long".formatted(value),
              () -> parquet(value),
              "damaged"));
    }
    return all;
  }

  /** Puts {@code block} many times over into the body of a document. */
  private static void word(
      List<Hostile> all,
      String what,
      String before,
      String block,
      int times,
      String after,
      String... codes) {
    all.add(Hostile.of("Word with " + what, () -> docx(before, block, times, after), codes));
  }

  private static byte[] docx(String before, String block, int times, String after)
      throws IOException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(Documents.docx()));
        ZipOutputStream to = new ZipOutputStream(made)) {
      for (var entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        byte[] bytes = from.readAllBytes();
        to.putNextEntry(new ZipEntry(entry.getName()));
        if (entry.getName().equals("word/document.xml")) {
          String xml = new String(bytes, StandardCharsets.UTF_8);
          int at = xml.indexOf(BODY) + BODY.length();
          to.write(utf8(xml.substring(0, at) + before));
          byte[] more = utf8(block);
          for (int i = 0; i < times; i++) {
            to.write(more);
          }
          to.write(utf8(after + xml.substring(at)));
        } else {
          to.write(bytes);
        }
      }
    }
    return made.toByteArray();
  }

  private static String page() {
    return "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>";
  }

  /** Its fifth object is a form with the content of the page. */
  private static byte[] pdf(String pages, String page, String content) {
    String stream = "/Length %d>>stream\n%s\nendstream".formatted(content.length(), content);
    return assembled(
        List.of(
            utf8("<</Type/Catalog/Pages 2 0 R>>"),
            utf8(pages),
            utf8(page),
            utf8("<<" + stream),
            utf8(
                "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>"
                    + stream)));
  }

  /** Its one page is larger than the heap of a reader. */
  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, new Deflater(9))) {
      byte[] much = utf8("q Q ".repeat(1 << 18));
      for (int i = 0; i < 256; i++) {
        out.write(much);
      }
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.write(utf8("<</Filter/FlateDecode/Length %d>>stream\n".formatted(packed.size())));
    packed.writeTo(stream);
    stream.write(utf8("\nendstream"));
    return assembled(
        List.of(
            utf8("<</Type/Catalog/Pages 2 0 R>>"),
            utf8("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
            utf8(page()),
            stream.toByteArray()));
  }

  private static byte[] assembled(List<byte[]> objects) {
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    pdf.writeBytes(utf8("%PDF-1.7\n"));
    StringBuilder places = new StringBuilder("0000000000 65535 f \n");
    for (int i = 0; i < objects.size(); i++) {
      places.append("%010d 00000 n \n".formatted(pdf.size()));
      pdf.writeBytes(utf8("%d 0 obj\n".formatted(i + 1)));
      pdf.writeBytes(objects.get(i));
      pdf.writeBytes(utf8("\nendobj\n"));
    }
    int at = pdf.size();
    int count = objects.size() + 1;
    pdf.writeBytes(
        utf8(
            "xref\n0 %d\n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
                .formatted(count, places, count, at)));
    return pdf.toByteArray();
  }

  private static byte[] parquet(int footer) throws IOException {
    Path folder = Files.createTempDirectory("hostile");
    byte[] file = Documents.parquet(folder, CompressionCodecName.ZSTD, 3, "text", 1 << 20);
    Files.delete(folder);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(file.length - 8, footer);
    return file;
  }
}
