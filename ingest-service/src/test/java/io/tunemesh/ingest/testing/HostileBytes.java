package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Documents.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Files in other encodings than are read, documents and zips that are damaged or traps. */
public final class HostileBytes {

  private HostileBytes() {}

  /** The files. */
  public static List<Hostile> all() {
    try {
      return files();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Hostile> files() throws IOException {
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
    return List.of(
        bad("sixty thousand files", Documents.zip(crowd), "too_many_files"),
        bad("a NUL in a CSV", broken, "nul"),
        bad("zeros", new byte[100_000], "unsupported_type"),
        bad("random bytes", random(100_000), "unsupported_type", "wrong_encoding"),
        bad(
            "Latin-1",
            "nom,âge\nRené,4\nZoé,5\n".getBytes(StandardCharsets.ISO_8859_1),
            "wrong_encoding"),
        bad("Big5", "題目,答案\n這是一個繁體中文的問題,答\n".getBytes(Charset.forName("Big5")), "wrong_encoding"),
        bad(
            "Shift JIS",
            "これは,ほん\nにほんご,です\n".getBytes(Charset.forName("Shift_JIS")),
            "wrong_encoding"),
        bad(
            "Korean",
            "질문,대답\n안녕하세요여러분반갑습니다오늘은좋은날입니다,네\n".getBytes(Charset.forName("EUC-KR")),
            "wrong_encoding"),
        bad("two encodings", mixed, "wrong_encoding"),
        bad("cut off in a character", Arrays.copyOf(utf8("题目,答案\n问,答"), 20), "cut_off"),
        bad(
            "UTF-16 of odd length",
            Arrays.copyOf("\ufeffa,b\n1,2".getBytes(StandardCharsets.UTF_16LE), 15),
            "cut_off"),
        bad(
            "half a pair in UTF-16",
            join(
                new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xd8},
                "a,b".getBytes(StandardCharsets.UTF_16LE)),
            "wrong_encoding"),
        bad("a gzip", gzip(utf8("a,b\n1,2\n")), "unsupported_type"),
        bad(
            "a PNG",
            HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"),
            "unsupported_type"),
        bad("nothing", new byte[0], "empty_file"),
        bad("a PDF cut off", Arrays.copyOf(pdf, pdf.length / 3), "damaged"),
        bad("a PDF's head alone", utf8("%PDF-1.7\n"), "damaged"),
        bad("a PDF of pictures", Documents.pdf(null, List.of(List.of())), "no_text"),
        bad("a PDF with a password", Documents.pdf("secret", List.of(List.of("x"))), "encrypted"),
        bad("a Parquet's head alone", utf8("PAR1xxxxPAR1"), "damaged"),
        bad("a zip bomb", Documents.zip(Map.of("a.csv", new byte[200_000_000])), "zip_bomb"),
        bad("a zip in a zip", Documents.zip(nested), "nested_zip"),
        bad("a thousand files", Documents.zip(many), "too_many_files"),
        bad(
            "a way out",
            Documents.zip(Map.of("../../etc/cron.d/x", utf8("a,b\n1,2\n"))),
            "bad_entry_name"),
        bad("a zip cut off", Arrays.copyOf(zip, zip.length - 10), "damaged"),
        bad("a wrong checksum", crc, "damaged"),
        bad(
            "a picture in a zip",
            Documents.zip(Map.of("p.png", HexFormat.of().parseHex("89504e470d0a1a0a00"))),
            "unsupported_type"),
        bad("only what a system left", Documents.zip(Map.of("__MACOSX/._a", utf8("x"))), "no_rows"),
        bad(
            "a presentation",
            Documents.zip(
                Map.of(
                    "[Content_Types].xml", utf8("<Types/>"), "ppt/presentation.xml", utf8("<p/>"))),
            "unsupported_type"),
        bad(
            "OpenDocument",
            Documents.zip(
                Map.of("mimetype", utf8("application/vnd.oasis"), "content.xml", utf8("<x/>"))),
            "unsupported_type"),
        bad(
            "Word without a document",
            Documents.zip(
                Map.of("[Content_Types].xml", utf8("<Types/>"), "word/x.xml", utf8("<x/>"))),
            "damaged"));
  }

  private static Hostile bad(String what, byte[] bytes, String... codes) {
    return Hostile.of(what, () -> bytes, codes);
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
