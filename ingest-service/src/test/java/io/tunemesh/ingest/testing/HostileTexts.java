package io.tunemesh.ingest.testing;

import static io.tunemesh.ingest.testing.Documents.utf8;

import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts that are no JSON, no table and no document that can be read. */
public final class HostileTexts {

  private static final String LONG = "x".repeat(10_000_000);

  /**
   * A text that no reader may take.
   *
   * @param row which it is to be refused for; null for the whole
   * @param column the same; null for the whole row
   */
  public record Bad(String what, String text, String code, Integer row, String column) {

    @Override
    public String toString() {
      return what;
    }
  }

  private HostileTexts() {}

  /** The texts. */
  public static List<Bad> texts() {
    return List.of(
        // JSON
        bad("100k deep", "[{\"a\":" + "[".repeat(100_000), "too_deep", 1, null),
        bad("100k deep objects", "{\"a\":".repeat(100_000), "too_deep", 1, null),
        bad("deep in row 2", "{\"a\":1}\n{\"a\":" + "[".repeat(5000), "too_deep", 2, null),
        bad("a text of 10 MB", "[{\"a\":\"" + LONG + "\"}]", "cell_too_long", 1, null),
        bad(
            "an array of 10 MB",
            "[{\"a\":[" + "1,".repeat(3_000_000) + "1]}]",
            "cell_too_long",
            1,
            "a"),
        bad("a key of 10 MB", "{\"" + LONG + "\":1}", "value_too_long", 1, null),
        bad(
            "a number of 5000 digits",
            "[{\"a\":" + "1".repeat(5000) + "}]",
            "value_too_long",
            1,
            null),
        bad("cut off", "[{\"a\":1},{\"a\":", "cut_off", 2, null),
        bad("cut off in a text", "{\"a\":1}\n{\"a\":\"x", "cut_off", 2, null),
        bad(
            "a line that breaks off",
            "{\"a\":1}\n{\"a\":\n{\"a\":2}\n{\"b\" 1}",
            "invalid_json",
            2,
            null),
        bad("no comma", "[{\"a\":1} {\"a\":2}]", "invalid_json", 1, null),
        bad("Python", "{'a': 1}", "invalid_json", 1, null),
        bad("a raw line break", "{\"a\":\"x\ny\"}", "invalid_json", 1, null),
        bad("a key twice", "{\"a\":1}\n{\"a\":1,\"b\":2,\"a\":3}", "duplicate_key", 2, "a"),
        bad("a nested key twice", "[{\"x\":{\"a\":1,\"a\":3}}]", "duplicate_key", 1, "a"),
        bad("half an emoji", "[{\"a\":\"ok\"},{\"a\":\"\\ud83d\"}]", "lone_surrogate", 2, "a"),
        bad("half an emoji inside", "[{\"a\":[\"\\ude00\"]}]", "lone_surrogate", 1, "a"),
        bad("a NUL", "[{\"a\":\"x\\u0000\"}]", "nul", 1, "a"),
        bad("a million columns", keys(1_000_000), "too_many_columns", 1, null),
        bad("a record too long", wide(), "record_too_long", 1, null),
        bad("elements that are no objects", "[[1],[2]]", "unsupported_shape", 1, null),
        bad("a mixed array", "[{\"a\":1},2]", "unsupported_shape", 2, null),
        bad("lines that are no objects", "{\"a\":1}\n[2]", "unsupported_shape", 2, null),
        bad("two objects a line", "{\"a\":1}{\"a\":2}", "unsupported_shape", 1, null),
        bad("two arrays", "[{\"a\":1}]\n[{\"a\":2}]", "unsupported_shape", 1, null),
        bad("unequal columns", "{\"a\":[1,2],\"b\":[1]}", "unequal_columns", 1, "b"),
        bad("an empty array", "[]", "no_rows", null, null),
        // delimited text
        bad("a quote that stays open", "a,b\n1,2\n3,\"4\n5,6\n", "unbalanced_quotes", 3, null),
        bad("open for 10 MB", "a,b\n1,2\n3,\"" + LONG, "cell_too_long", 3, null),
        bad("text behind a quote", "a,b\n1,2\n\"3\"x,4\n5,6\n", "unbalanced_quotes", 3, null),
        bad(
            "more fields than names",
            "a,b\n1,2\n3,4\n5,6\n7,8,9\n0,0\n",
            "too_many_fields",
            5,
            null),
        bad(
            "a million fields",
            "a,b\n1,2\n" + ",".repeat(1_000_000) + "9\n",
            "too_many_columns",
            3,
            null),
        bad("a field of 10 MB", "a,b\n1,2\n3," + LONG + "\n", "cell_too_long", 3, null),
        bad("a header alone", "a,b\n,\n", "no_rows", null, null),
        bad(
            "a heading of a million spaces",
            "# a\n# " + " ".repeat(900_000) + "x\n" + LONG,
            "line_too_long",
            3,
            null),
        bad(
            "a name of a million spaces",
            "A: b\nA" + " ".repeat(900_000) + "x\nA: c\n" + LONG,
            "line_too_long",
            4,
            null),
        script("a scene of a million spaces", "# ", "x"),
        script("a heading of a million spaces and its end", "# ", "\u2028x"),
        script("a speech of a million spaces and its end", "A: ", "\u2028x"),
        script("a direction of a million spaces and its end", "△", "\u2028x"),
        // other text
        bad("a line of 10 MB", "one\ntwo\n" + LONG, "line_too_long", 3, null),
        bad(
            "a paragraph too long",
            "a\nb\n\n" + ("y".repeat(99_999) + "\n").repeat(15),
            "cell_too_long",
            4,
            "text"),
        bad(
            "a ragged line of tags",
            "a O\nb O\nc O\n" + "d O\n".repeat(70_000) + "x\n",
            "ragged_line",
            70_004,
            null),
        bad("nothing but blank lines", " \n\n \n", "no_rows", null, null));
  }

  static List<Hostile> all() {
    return texts().stream()
        .map(bad -> Hostile.of(bad.what(), () -> utf8(bad.text()), bad.code()))
        .toList();
  }

  private static Bad bad(String what, String text, String code, Integer row, String column) {
    return new Bad(what, text, code, row, column);
  }

  private static Bad script(String what, String before, String after) {
    String line = before + " ".repeat(900_000) + after;
    return bad(what, "A: b\nB: c\nA: d\n" + line + "\n" + LONG, "line_too_long", 5, null);
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k" + i + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String wide() {
    String cell = "y".repeat(900_000);
    return "[{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}]".formatted(cell, cell, cell);
  }
}
