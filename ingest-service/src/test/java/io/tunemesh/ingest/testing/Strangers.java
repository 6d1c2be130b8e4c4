package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Books.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Files that are something else than their name says. */
public final class Strangers {

  private static final String UNSUPPORTED = "unsupported_type";

  private Strangers() {}

  static List<Hostile> all() {
    return List.of(
        Hostile.of("empty.xlsx", () -> new byte[0], "empty_file"),
        Hostile.of("noise.xlsx", Strangers::noise, UNSUPPORTED, "damaged", "wrong_encoding"),
        Hostile.of("zeros.xlsx", () -> new byte[100_000], UNSUPPORTED, "damaged", "wrong_encoding"),
        Hostile.of(
            "picture.png.xlsx", () -> starts("89504e470d0a1a0a0000000d49484452"), UNSUPPORTED),
        Hostile.of("photo.jpg.xlsx", () -> starts("ffd8ffe000104a46494600010100"), UNSUPPORTED),
        Hostile.of("packed.gz.xlsx", Strangers::gzip, UNSUPPORTED),
        Hostile.of("packed.7z.xlsx", () -> starts("377abcaf271c0004"), UNSUPPORTED),
        Hostile.of("packed.rar.xlsx", () -> starts("526172211a0701003392b5e5"), UNSUPPORTED),
        Hostile.of("program.xlsx", () -> starts("7f454c4602010100"), UNSUPPORTED),
        Hostile.of("class.xlsx", () -> starts("cafebabe00000045"), "wrong_encoding"),
        Hostile.of("old.xls", Strangers::oldWorkbook, "old_workbook"),
        Hostile.of("old, cut off.xls", () -> half(oldWorkbook()), "damaged", "old_workbook"),
        Hostile.of("password.xlsx", Strangers::encrypted, "encrypted"),
        Hostile.of("password, cut off.xlsx", () -> Arrays.copyOf(encrypted(), 600), "damaged"),
        Hostile.of(
            "binary.xlsb",
            () -> typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
            UNSUPPORTED),
        Hostile.of(
            "slides.pptx",
            () ->
                typed(
                    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
            UNSUPPORTED),
        Hostile.of("strict.xlsx", Strangers::strict, UNSUPPORTED),
        Hostile.of("open.ods", Strangers::openDocument, UNSUPPORTED),
        Hostile.of(
            "program.jar",
            () ->
                Books.zip(
                    Map.of(
                        "META-INF/MANIFEST.MF",
                        utf8("Manifest-Version: 1.0\n"),
                        "A.class",
                        new byte[40])),
            UNSUPPORTED));
  }

  private static byte[] noise() {
    byte[] bytes = new byte[200_000];
    new Random(11).nextBytes(bytes);
    bytes[0] = 0;
    return bytes;
  }

  private static byte[] starts(String hex) {
    byte[] bytes = noise();
    byte[] head = java.util.HexFormat.of().parseHex(hex);
    System.arraycopy(head, 0, bytes, 0, head.length);
    return bytes;
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Books.questions(3));
    }
    return bytes.toByteArray();
  }

  private static byte[] oldWorkbook() throws IOException {
    try (HSSFWorkbook old = new HSSFWorkbook()) {
      old.createSheet("a").createRow(0).createCell(0).setCellValue("x");
      return Books.bytes(old);
    }
  }

  /** A workbook with the password {@code secret}. */
  public static byte[] encrypted() throws Exception {
    try (POIFSFileSystem container = new POIFSFileSystem()) {
      var encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword("secret");
      try (var out = encryptor.getDataStream(container)) {
        out.write(Books.questions(1));
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      container.writeFilesystem(bytes);
      return bytes.toByteArray();
    }
  }

  /** A package whose main part has another type. */
  private static byte[] typed(String type) {
    Map<String, byte[]> parts = HostileSheets.book();
    HostileSheets.replace(
        parts,
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        type);
    return Books.zip(parts);
  }

  private static byte[] strict() {
    Map<String, byte[]> parts = HostileSheets.book();
    HostileSheets.replace(
        parts,
        "_rels/.rels",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships");
    return Books.zip(parts);
  }

  private static byte[] openDocument() {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("mimetype", utf8("application/vnd.oasis.opendocument.spreadsheet"));
    parts.put("META-INF/manifest.xml", utf8("<manifest/>"));
    parts.put("content.xml", utf8("<document/>"));
    return Books.zip(parts);
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }
}
