package io.tunemesh.ingest.workbook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The cells of one row that hold anything, from left to right. Their texts are characters or the
 * bytes that they have in JSON, and lie in arrays that the next row uses again, or where they came
 * from.
 */
final class Row {

  private int number;
  private int count;
  private int[] columns = new int[16];
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int[] lengths = new int[16];
  private boolean[] blank = new boolean[16];
  private byte[][] json = new byte[16][];

  private char[] characters = new char[4096];
  private int begun;
  private int end;
  private byte[] bytes = new byte[4096];
  private int bytesEnd;

  /** Becomes an empty row. */
  void start(int number) {
    this.number = number;
    this.count = 0;
    this.begun = 0;
    this.end = 0;
    this.bytesEnd = 0;
  }

  /** Begins a text, which is a cell's once it is added. */
  void begin() {
    end = begun;
  }

  /** Adds to the text the piece at which {@code xml} is. */
  void append(PartXml xml) {
    int more = xml.length();
    if (more > characters.length - end) {
      characters = Arrays.copyOf(characters, Math.max(2 * characters.length, end + more));
    }
    xml.copy(characters, end);
    end += more;
  }

  /** How long the text is. */
  int length() {
    return end - begun;
  }

  /** The text. */
  String text() {
    return new String(characters, begun, end - begun);
  }

  /** Whether {@code _x} is in the text, which may begin the name of a character. */
  boolean mayHaveEscape() {
    for (int i = begun; i < end - 1; i++) {
      if (characters[i] == '_' && characters[i + 1] == 'x') {
        return true;
      }
    }
    return false;
  }

  /** Has {@code text} in the place of the text. */
  void become(String text) {
    if (text.length() > characters.length - begun) {
      characters = Arrays.copyOf(characters, begun + text.length());
    }
    text.getChars(0, text.length(), characters, begun);
    end = begun + text.length();
  }

  /** Makes the text, which is not empty, a cell to the right of all others. */
  void add(int column) {
    int cell = add(column, begun, end, end - begun);
    json[cell] = null;
    blank[cell] = isBlank(begun, end);
    begun = end;
  }

  /**
   * Adds a cell to the right of all others, whose text is no character of this row's.
   *
   * @param length characters of the text
   * @param size bytes of its JSON, without quotation marks
   * @return where in {@link #bytes} they are to be put
   */
  int addJson(int column, int length, boolean isBlank, int size) {
    if (size > bytes.length - bytesEnd) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, bytesEnd + size));
    }
    int start = bytesEnd;
    bytesEnd += size;
    addJson(column, length, isBlank, bytes, start, size);
    return start;
  }

  /** Adds such a cell, whose JSON lies in {@code from} and stays there until the next row. */
  void addJson(int column, int length, boolean isBlank, byte[] from, int start, int size) {
    int cell = add(column, start, start + size, length);
    json[cell] = from;
    blank[cell] = isBlank;
  }

  /** Where the texts lie that are bytes. */
  byte[] bytes() {
    return bytes;
  }

  /** As the sheet counts, from 1. */
  int number() {
    return number;
  }

  /** How many cells. */
  int size() {
    return count;
  }

  /** The column of a cell; A is 0. */
  int column(int cell) {
    return columns[cell];
  }

  /** How many characters a cell has, one at least. */
  int length(int cell) {
    return lengths[cell];
  }

  /** No cell has anything but space. */
  boolean isBlank() {
    for (int cell = 0; cell < count; cell++) {
      if (!blank[cell]) {
        return false;
      }
    }
    return true;
  }

  /** The text of a cell. */
  String text(int cell) {
    if (json[cell] == null) {
      return new String(characters, starts[cell], lengths[cell]);
    }
    String text =
        new String(json[cell], starts[cell], ends[cell] - starts[cell], StandardCharsets.UTF_8);
    if (text.indexOf('\\') < 0) {
      return text;
    }
    try (JsonParser parser = new JsonFactory().createParser('"' + text + '"')) {
      return parser.nextTextValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the text of a cell as a JSON string. */
  void write(int cell, JsonGenerator out) throws IOException {
    if (json[cell] != null) {
      out.writeRawUTF8String(json[cell], starts[cell], ends[cell] - starts[cell]);
    } else {
      out.writeString(characters, starts[cell], lengths[cell]);
    }
  }

  private int add(int column, int start, int end, int length) {
    if (count == columns.length) {
      int room = 2 * count;
      columns = Arrays.copyOf(columns, room);
      starts = Arrays.copyOf(starts, room);
      ends = Arrays.copyOf(ends, room);
      lengths = Arrays.copyOf(lengths, room);
      blank = Arrays.copyOf(blank, room);
      json = Arrays.copyOf(json, room);
    }
    columns[count] = column;
    starts[count] = start;
    ends[count] = end;
    lengths[count] = length;
    return count++;
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!CellText.isSpace(characters[i])) {
        return false;
      }
    }
    return true;
  }
}
