package io.tunemesh.ingest.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.xerial.snappy.Snappy;

/** Files of the kinds that are no text, made by the libraries that people's programs use. */
public final class Documents {

  private static final String SCHEMA =
      """
      message m {
        optional binary text (STRING);
        required int64 label;
        optional double score;
        optional int32 day (DATE);
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
      }
      """;

  private Documents() {}

  /** A zip of {@code files} by their names. */
  public static byte[] zip(Map<String, byte[]> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A Word document with a heading, two paragraphs and a table of one row. */
  public static byte[] docx() {
    try (XWPFDocument document = new XWPFDocument();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      document.createStyles();
      XWPFParagraph heading = document.createParagraph();
      heading.getCTP().addNewPPr().addNewOutlineLvl().setVal(java.math.BigInteger.ZERO);
      heading.createRun().setText("安装");
      document.createParagraph().createRun().setText("先下载，再安装。");
      document.createParagraph().createRun().setText("Then start it.");
      XWPFTable table = document.createTable(1, 2);
      table.getRow(0).getCell(0).setText("port");
      table.getRow(0).getCell(1).setText("8700");
      document.write(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Word document whose body is {@code xml}. */
  public static byte[] docx(String xml) throws IOException {
    Map<String, byte[]> parts = parts(docx());
    String made = new String(parts.get("word/document.xml"), StandardCharsets.UTF_8);
    String head = made.substring(0, made.indexOf("<w:body>"));
    parts.put("word/document.xml", utf8(head + "<w:body>" + xml + "</w:body></w:document>"));
    return zip(parts);
  }

  /** What is in {@code zip}, by its names. */
  public static Map<String, byte[]> parts(byte[] zip) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        parts.put(entry.getName(), in.readAllBytes());
      }
    }
    return parts;
  }

  /** A line of a page, {@code y} points above its lower edge. */
  public record Placed(float x, float y, String text) {}

  /** A PDF with one page, whose {@code lines} are drawn in that order. */
  public static byte[] pdf(List<Placed> lines) {
    try (PDDocument document = new PDDocument();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      PDPage page = new PDPage();
      document.addPage(page);
      try (PDPageContentStream out = new PDPageContentStream(document, page)) {
        out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
        for (Placed line : lines) {
          out.beginText();
          out.newLineAtOffset(line.x(), line.y());
          out.showText(line.text());
          out.endText();
        }
      }
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PDF with a page for each of {@code pages}, whose lines are written one below another. */
  public static byte[] pdf(String password, List<List<String>> pages) {
    try (PDDocument document = new PDDocument();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      for (List<String> lines : pages) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream out = new PDPageContentStream(document, page)) {
          out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
          out.beginText();
          out.newLineAtOffset(72, 700);
          for (String line : lines) {
            out.showText(line);
            out.newLineAtOffset(0, line.isEmpty() ? -40 : -14);
          }
          out.endText();
        }
      }
      if (password != null) {
        document.protect(new StandardProtectionPolicy(password, password, new AccessPermission()));
      }
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A Parquet file of {@code rows} rows in groups of about {@code groupBytes}. The third has the
   * text "NaN" and a score that is no number.
   */
  public static byte[] parquet(
      Path folder, CompressionCodecName codec, int rows, String text, int groupBytes) {
    return parquet(folder, codec, rows, text, groupBytes, false);
  }

  /**
   * The same.
   *
   * @param second whether with pages of the second version and dictionaries
   */
  public static byte[] parquet(
      Path folder,
      CompressionCodecName codec,
      int rows,
      String text,
      int groupBytes,
      boolean second) {
    try {
      Path file = folder.resolve("made.parquet");
      Files.deleteIfExists(file);
      var schema = MessageTypeParser.parseMessageType(SCHEMA);
      try (ParquetWriter<Group> writer =
          ExampleParquetWriter.builder(new LocalOutputFile(file))
              .withConf(new PlainParquetConfiguration())
              .withType(schema)
              .withCompressionCodec(codec)
              .withCodecFactory(new Codecs())
              .withRowGroupSize((long) groupBytes)
              .withDictionaryEncoding(second)
              .withWriterVersion(second ? WriterVersion.PARQUET_2_0 : WriterVersion.PARQUET_1_0)
              .build()) {
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        for (int i = 0; i < rows; i++) {
          Group row = groups.newGroup().append("label", (long) i);
          if (i % 2 == 0) {
            row.append("text", i == 2 ? "NaN" : text + i)
                .append("score", i == 2 ? Double.NaN : i / 4.0)
                .append("day", 20_000 + i);
            Group tags = row.addGroup("tags");
            tags.addGroup("list").append("element", "a");
            tags.addGroup("list");
          }
          writer.write(row);
        }
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Parquet file with one column {@code at} of times as Impala and older Sparks write them. */
  public static byte[] oldTimes(Path file, NanoTime... times) throws IOException {
    var schema = MessageTypeParser.parseMessageType("message m {optional int96 at;}");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (NanoTime time : times) {
        writer.write(new SimpleGroupFactory(schema).newGroup().append("at", time));
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** A Parquet file whose one row group has {@code megabytes} of texts that cannot be packed. */
  public static Path largeRowGroup(Path file, int megabytes) throws IOException {
    var schema = MessageTypeParser.parseMessageType("message m {required binary text (STRING);}");
    byte[] random = new byte[48 * 1024];
    Random numbers = new Random(7);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withRowGroupSize(1L << 30)
            .withDictionaryEncoding(false)
            .build()) {
      SimpleGroupFactory groups = new SimpleGroupFactory(schema);
      for (int i = 0; i < megabytes * 16; i++) {
        numbers.nextBytes(random);
        writer.write(groups.newGroup().append("text", Base64.getEncoder().encodeToString(random)));
      }
    }
    return file;
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Parquet's own codecs need Hadoop. */
  private record Codecs() implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          byte[] plain = bytes.toByteArray();
          return switch (codec) {
            case SNAPPY -> BytesInput.from(Snappy.compress(plain));
            case ZSTD -> BytesInput.from(com.github.luben.zstd.Zstd.compress(plain));
            case GZIP -> BytesInput.from(gzip(plain));
            default -> BytesInput.from(plain);
          };
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release() {}

    private static byte[] gzip(byte[] plain) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(plain);
      }
      return bytes.toByteArray();
    }
  }
}
