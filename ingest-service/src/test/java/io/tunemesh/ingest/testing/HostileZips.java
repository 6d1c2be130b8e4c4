package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Books.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Workbooks whose zip is damaged, a trap, or of the wrong parts. */
final class HostileZips {

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;

  private HostileZips() {}

  /** Small files, whose names of columns are more than anybody can be told. */
  private static byte[] wide() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int file = 0; file < 400; file++) {
      StringBuilder json = new StringBuilder("{");
      for (int column = 0; column < 1000; column++) {
        json.append(column == 0 ? "" : ",").append("\"f%dc%d\":1".formatted(file, column));
      }
      files.put(file + ".json", utf8(json.append("}").toString()));
    }
    return Books.zip(files);
  }

  static List<Hostile> all() {
    List<Hostile> all = new ArrayList<>();
    all.add(Hostile.of("bomb.xlsx", Books::bomb, "zip_bomb"));
    all.add(Hostile.of("bomb in texts.xlsx", () -> bomb("xl/sharedStrings.xml"), "zip_bomb"));
    all.add(
        Hostile.of(
            "bomb in the list of parts.xlsx",
            () -> bomb("[Content_Types].xml"),
            "zip_bomb",
            "too_large"));
    all.add(
        Hostile.of(
            "bomb in relations.xlsx",
            () -> bomb("xl/_rels/workbook.xml.rels"),
            "zip_bomb",
            "too_large"));
    all.add(
        Hostile.of(
            "bomb in a bomb.xlsx", HostileZips::nested, "nested_zip", "zip_bomb", "too_large"));
    all.add(Hostile.of("four hundred wide files.zip", HostileZips::wide, "too_large"));
    all.add(Hostile.of("empty zip.xlsx", () -> Books.zip(Map.of()), "no_rows"));
    all.add(
        Hostile.of(
            "no workbook.xlsx",
            () -> Books.zip(Map.of("a.bin", new byte[10])),
            "unsupported_type"));
    all.add(Hostile.of("two of one name.xlsx", HostileZips::twins, "damaged"));
    all.add(Hostile.of("ten thousand parts.xlsx", HostileZips::manyParts, "too_large"));
    for (String name :
        List.of("../../../../etc/cron.d/evil", "..\\..\\evil.xml", "xl/../../evil.xml")) {
      all.add(
          Hostile.of(
              "leads to " + name.replaceAll("[^a-z]+", "-") + ".xlsx",
              () -> with(name, utf8("<a/>")),
              "damaged"));
    }
    for (int tenth : new int[] {0, 1, 3, 5, 8}) {
      all.add(
          Hostile.of("cut off at %d tenths.xlsx".formatted(tenth), () -> cut(tenth), "damaged"));
    }
    all.add(Hostile.of("cut off by a byte.xlsx", () -> shorter(1), "damaged"));
    all.add(Hostile.of("cut off in its end.xlsx", () -> shorter(20), "damaged"));
    all.add(Hostile.of("wrong checksum.xlsx", () -> patched(CENTRAL, 16, 0x5a), "damaged"));
    all.add(Hostile.of("wrong packed size.xlsx", () -> patched(CENTRAL, 20, 0x5a), "damaged"));
    all.add(Hostile.of("wrong method.xlsx", () -> patched(CENTRAL, 10, 99), "damaged"));
    all.add(Hostile.of("wrong place of a part.xlsx", () -> patched(CENTRAL, 43, 0x5a), "damaged"));
    all.add(Hostile.of("wrong place of the list.xlsx", () -> patched(END, 17, 0x5a), "damaged"));
    all.add(
        Hostile.of(
            "password in the zip.xlsx", () -> patched(CENTRAL, 8, 1), "damaged", "encrypted"));
    for (long place : new long[] {-1, 0, Long.MAX_VALUE}) {
      all.add(Hostile.of("64-bit end at %d.zip".formatted(place), () -> located(place), "damaged"));
    }
    for (int eighth = 1; eighth < 8; eighth++) {
      int at = eighth;
      all.add(Hostile.of("flipped at %d eighths.xlsx".formatted(at), () -> flipped(at), "damaged"));
    }
    return all;
  }

  private static byte[] bomb(String part) throws IOException {
    Map<String, byte[]> parts = HostileSheets.book();
    Books.addPart(parts, "sharedStrings", "xl/sharedStrings.xml", "<sst></sst>");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var each : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey()));
        if (each.getKey().equals(part)) {
          for (int i = 0; i < 200; i++) {
            zip.write(utf8(" ".repeat(1 << 20)));
          }
        }
        zip.write(each.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] nested() {
    byte[] inner = Books.bomb();
    for (int depth = 0; depth < 5; depth++) {
      Map<String, byte[]> parts = new LinkedHashMap<>();
      for (int i = 0; i < 4; i++) {
        parts.put(i + ".zip", inner);
      }
      inner = Books.zip(parts);
    }
    return inner;
  }

  /** With a locator that says where a 64-bit end is, and is not. */
  private static byte[] located(long place) {
    byte[] zip = Books.zip(HostileSheets.book());
    int end = zip.length - 22;
    return ByteBuffer.allocate(zip.length + 20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(zip, 0, end)
        .putInt(0x07064b50)
        .putInt(0)
        .putLong(place)
        .putInt(1)
        .put(zip, end, 22)
        .array();
  }

  private static byte[] with(String name, byte[] bytes) {
    Map<String, byte[]> parts = HostileSheets.book();
    parts.put(name, bytes);
    return Books.zip(parts);
  }

  private static byte[] twins() {
    byte[] zip = with("xl/worksheets/sheet2.xml", utf8("<a/>"));
    byte[] from = utf8("sheet2.xml");
    for (int i = 0; i + from.length <= zip.length; i++) {
      if (Arrays.equals(zip, i, i + from.length, from, 0, from.length)) {
        zip[i + 5] = '1';
      }
    }
    return zip;
  }

  private static byte[] manyParts() {
    Map<String, byte[]> parts = HostileSheets.book();
    for (int i = 0; i < 10_000; i++) {
      parts.put("xl/media/" + i + ".png", new byte[0]);
    }
    return Books.zip(parts);
  }

  private static byte[] cut(int tenths) {
    byte[] whole = Books.questions(2000);
    return Arrays.copyOf(whole, Math.max(6, whole.length / 10 * tenths));
  }

  private static byte[] shorter(int bytes) {
    byte[] whole = Books.questions(200);
    return Arrays.copyOf(whole, whole.length - bytes);
  }

  /** A byte of the sheet's packed content is another than it was. */
  private static byte[] flipped(int eighths) {
    byte[] zip = Books.zip(HostileSheets.book(HostileSheets.table(3000)));
    int start = sheet(zip, LOCAL, 26, 30);
    int end = find(zip, CENTRAL, 0);
    zip[start + (end - start) * eighths / 8] ^= 0x10;
    return zip;
  }

  /** One byte of the sheet's record in the zip's list, or of the list's end, is {@code value}. */
  private static byte[] patched(int record, int offset, int value) {
    byte[] zip = Books.zip(HostileSheets.book());
    int at = record == END ? find(zip, END, 0) : sheet(zip, record, 28, 46);
    zip[at + offset] = (byte) value;
    return zip;
  }

  /** Where the record of the sheet is, whose name's length and name stand at these offsets. */
  private static int sheet(byte[] zip, int record, int length, int name) {
    int at = find(zip, record, 0);
    while (!new String(zip, at + name, zip[at + length]).endsWith("sheet1.xml")) {
      at = find(zip, record, at + 4);
    }
    return at;
  }

  private static int find(byte[] zip, int signature, int from) {
    for (int i = from; ; i++) {
      if ((zip[i] & 0xff) == (signature & 0xff)
          && (zip[i + 1] & 0xff) == (signature >> 8 & 0xff)
          && (zip[i + 2] & 0xff) == (signature >> 16 & 0xff)
          && (zip[i + 3] & 0xff) == (signature >> 24 & 0xff)) {
        return i;
      }
    }
  }
}
