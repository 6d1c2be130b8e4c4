package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes JSON lines from their bytes, as long as each is an object of its own. A field whose text
 * the record writes just as it lies is not decoded; a line with any other is read by a parser. It
 * refuses nothing as broken: the first line that is no whole object, and all behind it, are left to
 * a parser that reads on. What it takes becomes the same records.
 */
final class PlainLines {

  private static final int ODD = -1;
  private static final int MORE = -2;
  private static final byte[][] WORDS = {ascii("null"), ascii("true"), ascii("false")};

  /** Longer numbers are left to the parser, which may refuse them. */
  private static final int DIGITS = 18;

  private final JsonText texts;
  private final Rows rows;

  /** The fields of the last line that a parser read; any line may lack some of them. */
  private String[] names = {};

  private byte[][] keys = {};

  private PlainLines(JsonText texts, Rows rows) {
    this.texts = texts;
    this.rows = rows;
  }

  /**
   * Where a parser goes on.
   *
   * @param offset bytes of the text before it
   * @param lines how many lines are before it
   * @param row the last line before it that is a record; 1 if there is none
   */
  record Stop(long offset, int lines, int row) {}

  /** Writes the records up to the first line that is no whole object. */
  static Stop read(TextFile text, JsonText texts, Rows rows) throws IOException {
    return text.isUtf8() ? new PlainLines(texts, rows).read(text) : new Stop(0, 0, 1);
  }

  private Stop read(TextFile text) throws IOException {
    int lines = 0;
    int row = 1;
    long count = rows.count();
    try (PlainWindow window = new PlainWindow(text)) {
      while (true) {
        rows.begin(lines + 1);
        int next = line(window.bytes(), window.begin(), window.end());
        if (next >= 0) {
          rows.end();
        } else if (next == ODD) {
          next = parsed(window.bytes(), window.begin(), window.end(), lines + 1);
        }
        if (next == MORE && window.more()) {
          continue;
        }
        if (next < 0) {
          return new Stop(window.offset(), lines, row);
        }
        lines++;
        if (rows.count() > count) {
          count = rows.count();
          row = lines;
        }
        window.begin(next);
      }
    }
  }

  /** Where the next line begins; {@link #ODD}; or {@link #MORE} if this one has no end yet. */
  private int line(byte[] bytes, int begin, int end) {
    int i = blanks(bytes, begin, end);
    if (i == end) {
      return MORE;
    }
    if (bytes[i] != '{') {
      return ODD;
    }
    int field = 0;
    do {
      i = blanks(bytes, i + 1, end);
      field = field(bytes, i, end, field);
      if (field < 0) {
        return field;
      }
      i = blanks(bytes, i + keys[field].length, end);
      if (i == end || bytes[i] != ':') {
        return i == end ? MORE : ODD;
      }
      i = value(bytes, blanks(bytes, i + 1, end), end, names[field]);
      if (i < 0) {
        return i;
      }
      i = blanks(bytes, i, end);
      field++;
      if (i == end) {
        return MORE;
      }
    } while (bytes[i] == ',');
    return bytes[i] == '}' ? lineEnd(bytes, blanks(bytes, i + 1, end), end) : ODD;
  }

  /** Which field it is whose key begins at {@code i}, from {@code first} on. */
  private int field(byte[] bytes, int i, int end, int first) {
    for (int field = first; field < keys.length; field++) {
      byte[] key = keys[field];
      if (i + key.length > end) {
        return MORE;
      }
      if (lies(key, bytes, i)) {
        return field;
      }
    }
    return ODD;
  }

  private static boolean lies(byte[] word, byte[] bytes, int i) {
    for (int j = 0; j < word.length; j++) {
      if (bytes[i + j] != word[j]) {
        return false;
      }
    }
    return true;
  }

  /** The end of a value that begins at {@code i}. */
  private int value(byte[] bytes, int i, int end, String name) {
    if (i == end) {
      return MORE;
    }
    byte b = bytes[i];
    if (b == '"') {
      return string(bytes, i + 1, end, name);
    }
    if (b == '-' || b >= '0' && b <= '9') {
      return number(bytes, i, end, name);
    }
    for (byte[] word : WORDS) {
      if (b == word[0]) {
        if (i + word.length >= end) {
          return MORE;
        }
        if (lies(word, bytes, i)) {
          return b == 'n' ? i + word.length : put(name, bytes, i, i + word.length);
        }
      }
    }
    return ODD;
  }

  private int string(byte[] bytes, int begin, int end, String name) {
    int characters = 0;
    int i = begin;
    while (true) {
      long found = PlainBytes.special(bytes, i, end, (byte) '"');
      characters += PlainBytes.characters(found, i);
      i = PlainBytes.place(found);
      if (i + 1 >= end) {
        return MORE;
      }
      if (bytes[i] == '"') {
        rows.put(name, bytes, begin, i, characters);
        return i + 1;
      }
      if (bytes[i] != '\\' || !isKept(bytes[i + 1])) {
        return ODD;
      }
      characters++;
      i += 2;
    }
  }

  /** Whether a record escapes a character by the same letter. */
  private static boolean isKept(byte letter) {
    return switch (letter) {
      case '"', '\\', 'n', 'r', 't', 'b', 'f' -> true;
      default -> false;
    };
  }

  private int number(byte[] bytes, int begin, int end, String name) {
    int digits = begin + (bytes[begin] == '-' ? 1 : 0);
    int i = digits;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    if (i == end) {
      return MORE;
    }
    int count = i - digits;
    boolean plain = count > 0 && count <= DIGITS && (count == 1 || bytes[digits] != '0');
    boolean ends = bytes[i] == ',' || bytes[i] == '}' || bytes[i] == ' ';
    return plain && ends ? put(name, bytes, begin, i) : ODD;
  }

  private int put(String name, byte[] bytes, int from, int to) {
    rows.put(name, bytes, from, to, to - from);
    return to;
  }

  private static int blanks(byte[] bytes, int i, int end) {
    int at = i;
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return Math.min(at, end);
  }

  private static int lineEnd(byte[] bytes, int i, int end) {
    if (i + 1 >= end && (i == end || bytes[i] == '\r')) {
      return MORE;
    }
    return bytes[i] == '\n' ? i + 1 : bytes[i] == '\r' && bytes[i + 1] == '\n' ? i + 2 : ODD;
  }

  /** As {@link #line}, by a parser. {@link #ODD} where the line is no whole object. */
  private int parsed(byte[] bytes, int begin, int end, int line) throws IOException {
    int to = begin;
    boolean blank = true;
    while (to < end && bytes[to] != '\n') {
      if (bytes[to] == '\r' && to + 1 < end && bytes[to + 1] != '\n') {
        return ODD; // a line's end to the parser
      }
      blank &= bytes[to] == ' ' || bytes[to] == '\t' || bytes[to] == '\r';
      to++;
    }
    if (to == end) {
      return MORE;
    }
    if (blank) {
      return to + 1;
    }
    List<String> found = new ArrayList<>();
    try (JsonParser json = texts.open(bytes, begin, to - begin)) {
      rows.begin(line);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return ODD;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        rows.put(key, texts.of(json));
        found.add(key);
      }
      if (json.nextToken() != null) {
        return ODD;
      }
    } catch (JsonProcessingException | JsonText.CellTooLong e) {
      return ODD; // the parser that reads on says what it is, and where
    }
    rows.end();
    learn(found);
    return to + 1;
  }

  private void learn(List<String> found) {
    List<String> plain = found.stream().filter(PlainLines::isPlain).toList();
    names = plain.toArray(String[]::new);
    keys =
        plain.stream()
            .map(name -> ('"' + name + '"').getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
  }

  private static boolean isPlain(String key) {
    return key.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\');
  }

  private static byte[] ascii(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
