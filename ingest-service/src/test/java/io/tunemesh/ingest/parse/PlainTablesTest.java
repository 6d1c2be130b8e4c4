package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.ingest.record.Unreadable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that are taken from the bytes of UTF-8 become the records, or the refusal, that a parser
 * gives of the same text in UTF-16.
 */
class PlainTablesTest {

  /** What a cell may be made of; some of it is nothing but white space, some no table holds. */
  private static final String[] TEXTS = {
    "",
    "",
    " ",
    "\u3000",
    "\u2003\u205f",
    "plain",
    "读下面的短文",
    "の",
    "é ü",
    "😀 and 𠮷",
    "a,b",
    "a;b\tc",
    "\"",
    "\"quoted\"",
    "two\nlines",
    "two\r\nlines",
    "back\\slash \\n \\u0041",
    "seven b",
    "seven bytes, then a mark",
    "tab\tand\u0001control",
    "\b\f",
    "1",
    "-20",
    "007",
    "1.50",
    "true",
    "null",
    "\u2028",
    "x".repeat(700)
  };

  private static final String[] ODD = {"a\"b", "\"a\"b", "a\rb", "\"open", ",,,,,", "{", "[1,2]"};

  @TempDir Path folder;

  static IntStream seeds() {
    return IntStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsCsvAsAParserDoes(int seed) throws Exception {
    Random random = new Random(seed);
    String separator = new String[] {",", ";", "\t", "|"}[random.nextInt(4)];
    String end = random.nextInt(3) == 0 ? "\r\n" : "\n";
    StringBuilder text = new StringBuilder(String.join(separator, "question", "answer", "来源"));
    text.append(end);
    for (int row = random.nextInt(90); row > 0; row--) {
      int fields = random.nextInt(9) == 0 ? random.nextInt(4) : 3;
      for (int field = 0; field < fields; field++) {
        text.append(field == 0 ? "" : separator);
        text.append(field(random, separator));
      }
      text.append(random.nextInt(40) == 0 ? "\n\n" : end);
    }
    if (random.nextInt(4) == 0) {
      text.append(ODD[random.nextInt(ODD.length)]).append(random.nextBoolean() ? end : "");
    }
    sameBothWays(text.toString());
  }

  private static String field(Random random, String separator) {
    if (random.nextInt(400) == 0) {
      return ODD[random.nextInt(ODD.length)];
    }
    String text = TEXTS[random.nextInt(TEXTS.length)];
    boolean quoted =
        random.nextInt(5) == 0
            || text.contains(separator)
            || text.contains("\"")
            || text.contains("\n")
            || text.contains("\r");
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsJsonLinesAsAParserDoes(int seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("{\"question\": \"what?\", \"answer\": \"that\"}\n");
    for (int row = random.nextInt(90); row > 0; row--) {
      text.append(random.nextInt(20) == 0 ? " {" : "{");
      String comma = "";
      for (String key : new String[] {"question", "input", "a\\\"b", "answer", "来源"}) {
        if (random.nextInt(6) > 0) {
          text.append(comma)
              .append('"')
              .append(key)
              .append(random.nextInt(9) == 0 ? "\" :" : "\":");
          text.append(random.nextBoolean() ? " " : "").append(value(random));
          comma = random.nextInt(9) == 0 ? " , " : ",";
        }
      }
      text.append(random.nextInt(200) == 0 ? ",\"question\":\"again\"}" : "}");
      int end = random.nextInt(150);
      text.append(
          switch (end) {
            case 0 -> "\r";
            case 1 -> "{\"question\":\"two in a line\"}\n";
            case 2 -> "\n\n \t\n";
            case 3 -> ",\n";
            case 4 -> "\n\"text\"\n";
            default -> end % 5 == 0 ? "\r\n" : "\n";
          });
    }
    sameBothWays(text.toString());
  }

  private static String value(Random random) {
    String text = TEXTS[random.nextInt(TEXTS.length)];
    return switch (random.nextInt(60)) {
      case 0 -> "[1, {\"a\": \"" + "b\"}]";
      case 1 -> "{\"a\":null}";
      case 2 -> "null";
      case 3 -> "true";
      case 4 -> "false";
      case 5 -> "-12";
      case 6 -> "0";
      case 7 -> random.nextInt(9) == 0 ? "012" : "12.50";
      case 8 -> "NaN";
      case 9 -> random.nextInt(9) == 0 ? "nul" : "\"\"";
      case 10 -> "\"\\u4f60\\u597d\\/\"";
      case 11 -> random.nextInt(9) == 0 ? "\"\\ud83d\"" : "\"\\ud83d\\ude00\"";
      case 12 -> random.nextInt(9) == 0 ? "\"\\u0000\"" : "\"\\u0007\"";
      case 13 -> random.nextInt(9) == 0 ? "\"raw\ttab\"" : "\"\\t\"";
      case 14 -> random.nextInt(9) == 0 ? "\"\\x\"" : "123456789012345678901234567890";
      default -> escaped(text);
    };
  }

  private static String escaped(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> json.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return json.append('"').toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b\n", "{\"a\":\"1\",\"b\":\"2\"}\n"})
  void readsRowsThatAreLongerThanWhatItHasInMemory(String first) throws Exception {
    StringBuilder text = new StringBuilder(first);
    for (int row = 0; row < 4; row++) {
      String cell = ("长" + row).repeat(row == 1 ? 450_000 : 300);
      text.append(first.startsWith("{") ? "{\"a\":\"" + cell + "\",\"b\":\"x\"}\n" : cell + ",x\n");
    }
    sameBothWays(text.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void meetsTheEndOfItsMemoryAtAnyByteOfARow(String kind) throws Exception {
    String pad = "y".repeat(20_000);
    for (int shift = 0; shift < 40; shift++) {
      StringBuilder text = new StringBuilder(kind.equals("csv") ? "a,b\r\n" : "");
      for (int row = 0; row < 53; row++) {
        String cell = row == 0 ? pad.substring(shift) : pad;
        text.append(
            kind.equals("csv")
                ? "\"" + cell + "\"\"\r\n\",é\r\n"
                : "{\"a\": \"" + cell + "\\\"\\n\", \"b\": null, \"c\": -7}\r\n");
      }
      sameBothWays(text.toString());
    }
  }

  @Test
  void readsOnByAParserWithTheRowsNumberedAsBefore() {
    Reads.Found found = new Reads(folder).text("a,b\n1,2\n\n3,5\" disk\n4,6\n");

    assertThat(found.rows()).containsExactly(2, 4, 5);
    assertThat(found.column("b")).containsExactly("2", "5\" disk", "6");
  }

  private void sameBothWays(String text) throws Exception {
    assertThat(outcome(text, StandardCharsets.UTF_8))
        .isEqualTo(outcome("\ufeff" + text, StandardCharsets.UTF_16LE));
  }

  /**
   * The bytes of the records with the columns, or the refusal, but for the words of the JSON
   * parser, which has others for bytes and counts columns in them.
   */
  private String outcome(String text, Charset charset) throws Exception {
    try {
      var reading = new Reads(folder).bytes(text.getBytes(charset)).reading();
      return reading + Files.readString(folder.resolve("records.jsonl"));
    } catch (Unreadable e) {
      return e.code() + e.where("file") + e.getMessage().replaceAll("column \\d+: .*", "");
    }
  }
}
