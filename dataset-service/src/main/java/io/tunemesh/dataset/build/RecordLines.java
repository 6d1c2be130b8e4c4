package io.tunemesh.dataset.build;

import io.tunemesh.contract.upload.SourceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the records of whole lines in memory. A line in the form that ingest gives nearly all of
 * them is read here from its bytes; {@link Records} reads every other line.
 */
final class RecordLines {

  private static final byte[] SHEET = ascii("{\"sheet\":");
  private static final byte[] ROW_BEHIND = ascii(",\"row\":");
  private static final byte[] ROW = ascii("{\"row\":");
  private static final byte[] VALUES = ascii(",\"values\":{");
  private static final byte[] END = ascii("}}");
  private static final int MOST_DIGITS = 9;

  /** The name of a column as it stands in the lines. */
  private record Name(byte[] bytes, String text) {}

  private final byte[] bytes;
  private final int length;
  private final List<Name> names = new ArrayList<>();
  private final CellTexts cells;
  private final Utf8Texts texts = new Utf8Texts();
  private int at;
  private boolean halves;
  private byte[] plain = new byte[256];

  RecordLines(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
    this.cells = new CellTexts(bytes);
  }

  /** The next record; null behind the last. */
  SourceRecord next() throws IOException {
    while (at < length && bytes[at] == '\n') {
      at++;
    }
    if (at == length) {
      return null;
    }
    int from = at;
    cells.clear();
    halves = false;
    SourceRecord record = usual();
    if (record != null && (at == length || bytes[at] == '\n')) {
      return record;
    }
    at = from;
    cells.clear();
    halves = true;
    while (at < length && bytes[at] != '\n') {
      at++;
    }
    try (Records any = new Records(Arrays.copyOfRange(bytes, from, at))) {
      SourceRecord only = any.next();
      if (any.next() != null) {
        throw new IOException("a line of an upload's records has more than one");
      }
      return only;
    }
  }

  /** Texts of the last record. */
  CellTexts cells() {
    return cells;
  }

  /** Whether the last record may have half of a character, or what is made of it. */
  boolean mayHoldHalves() {
    return halves;
  }

  /** The record of a line in the usual form; null for any other. */
  private SourceRecord usual() {
    String sheet = null;
    if (skip(SHEET)) {
      sheet = text();
      if (sheet == null || !skip(ROW_BEHIND)) {
        return null;
      }
    } else if (!skip(ROW)) {
      return null;
    }
    int row = number();
    if (row < 0 || !skip(VALUES)) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (skip(END)) {
      return new SourceRecord(sheet, row, values);
    }
    for (int column = 0; ; column++) {
      String name = name(column);
      if (name == null || !skip(':')) {
        return null;
      }
      String value = text();
      if (value == null) {
        return null;
      }
      values.put(name, value);
      if (skip(END)) {
        return new SourceRecord(sheet, row, values);
      }
      if (!skip(',')) {
        return null;
      }
    }
  }

  /** The rows of a table nearly always have the same names in the same order. */
  private String name(int column) {
    if (column < names.size()) {
      Name known = names.get(column);
      int end = at + known.bytes.length;
      if (end <= length && Arrays.equals(bytes, at, end, known.bytes, 0, known.bytes.length)) {
        at = end;
        return known.text;
      }
    }
    int from = at;
    String text = text();
    if (text != null && column == names.size()) {
      names.add(new Name(Arrays.copyOfRange(bytes, from, at), text));
    }
    return text;
  }

  private int number() {
    int from = at;
    int number = 0;
    while (at < length && bytes[at] >= '0' && bytes[at] <= '9' && at - from < MOST_DIGITS) {
      number = 10 * number + bytes[at++] - '0';
    }
    return at == from ? -1 : number;
  }

  /**
   * A string; null where it has more than the short escapes, a character of two halves, or JSON in
   * it that may have such.
   */
  private String text() {
    if (!skip('"')) {
      return null;
    }
    int begin = at;
    int from = at;
    int copied = 0;
    boolean kept = true;
    while (true) {
      at = JsonBytes.special(bytes, at, length);
      byte special = at < length ? bytes[at] : 0;
      if (special == '"') {
        return ended(begin, from, copied, kept);
      }
      if (JsonBytes.isHangul(bytes, at, length)) {
        at += 2;
        continue;
      }
      int meant = special == '\\' && at + 1 < length ? meant(bytes[at + 1]) : 0;
      if (meant == 0 || meant == '\\' && at + 2 < length && bytes[at + 2] == 'u') {
        return null;
      }
      kept &= meant != '/';
      copied = copy(from, copied);
      plain[copied++] = (byte) meant;
      at += 2;
      from = at;
    }
  }

  /**
   * The string that ends here.
   *
   * @param from behind its last escape
   * @param copied how many bytes of {@link #plain} it has before that
   * @param kept whether it would be written with the same escapes
   */
  private String ended(int begin, int from, int copied, boolean kept) {
    String text;
    if (begin == from) {
      text = texts.of(bytes, from, at);
    } else {
      int all = copy(from, copied);
      text = texts.of(plain, 0, all);
    }
    if (kept) {
      cells.add(text, begin, at);
    }
    at++;
    return text;
  }

  /** Copies what is behind the last escape; there is room for one byte more afterwards. */
  private int copy(int from, int copied) {
    int all = copied + at - from;
    if (all >= plain.length) {
      plain = Arrays.copyOf(plain, 2 * all + 1);
    }
    System.arraycopy(bytes, from, plain, copied, at - from);
    return all;
  }

  private static int meant(byte escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '"', '\\', '/' -> escaped;
      default -> 0;
    };
  }

  private boolean skip(char c) {
    boolean there = at < length && bytes[at] == c;
    at += there ? 1 : 0;
    return there;
  }

  private boolean skip(byte[] wanted) {
    int end = at + wanted.length;
    boolean there = end <= length && Arrays.equals(bytes, at, end, wanted, 0, wanted.length);
    at = there ? end : at;
    return there;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
