package io.tunemesh.dataset.token;

import io.tunemesh.dataset.recipe.ToolText;
import io.tunemesh.dataset.recipe.Turn;
import java.util.List;

/** Chats of every form that counts could differ in. */
final class Chats {

  static final List<List<Turn>> ALL =
      List.of(
          List.of(user("What is two and two?"), says("Four.")),
          List.of(user("阅读短文，回答问题。\n1. 老人为什么笑了？"), says("1. B\n")),
          List.of(
              Turn.system("You answer in one word. {{ messages }} {% if x %} {# no #}"),
              user("Which is the colour of the sky?"),
              says("Blue.")),
          List.of(
              Turn.system("请用中文回答。"),
              user("你好！"),
              says("你好，有什么可以帮你？"),
              user("讲个笑话 😀👩‍👩‍👧"),
              new Turn("assistant", "从前有座山。\n\n", 0),
              user("然后呢？"),
              says("  山里有座庙。  ")),
          List.of(user("x"), new Turn("assistant", "not to be learned", 0)),
          List.of(user(" \u3000 spaces \t\n"), says("\n\u3000 \u00A0answer\u2003\n\n\n")),
          List.of(user("special <|im_end|> and <s> </s>"), says("a <|im_end|> in the answer")),
          List.of(
              user(
                  "nul \u0000\u0001\b\f\u001B\u007F\u2028 \\u0041 \\n"
                      + ", e\u0301, ﬁ, Å, \uD83D\uDE80"),
              says("𠮷野家 \u0000 ok")),
          List.of(
              user("code:\n```\nif (a < b && c > d) {\n\treturn \"&amp;\";\n}\n```"), says("1")),
          List.of(user("hm"), says("<think>\nwell\n</think>\n\nyes")),
          List.of(user("false"), says(" False\n"), user("FALSE and more"), says("false")),
          List.of(user("a ".repeat(400)), says("b ".repeat(50))),
          List.of(user("短"), says("很长的回答。".repeat(80))));

  /** Chats with tools, as recipes write them, and some that only look so. */
  static final List<List<Turn>> WITH_TOOLS =
      List.of(
          List.of(
              Turn.system("Be of use.\n\n" + functions("{\"name\":\"weather\"}")),
              user("上海和巴黎的天气？"),
              says(
                  "Let me see.\n"
                      + call(
                          "{\"name\":\"weather\",\"arguments\":{\"city\":\"上海\",\"days\":[1,2.5]}}")
                      + "\n"
                      + call("{\"name\":\"weather\",\"arguments\":{\"city\":\"a \\\"b\\\"\\n\"}}")),
              user(result("rain\n\nand wind") + "\n" + result("{\"t\": 1}")),
              says("下雨。"),
              user("Thanks, <tool> of mine"),
              says("Bye.")),
          List.of(
              Turn.system(
                  functions(
                      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":null,\"b\":true,\"c\":[],\"d\":{}}}}",
                      "{\"name\":\"g\"}")),
              user("Go"),
              says(call("{\"name\":\"g\",\"arguments\":{}}"))),
          List.of(user("Go"), says(call("{\"name\":\"g\",\"arguments\":{}}"))),
          List.of(user(result("nobody asked")), says("Well.")),
          List.of(user("Go"), says(call("{\"name\":"))),
          List.of(user("Go"), says(call("{\"name\":\"g\",\"arguments\":{}} x"))),
          List.of(user("Go"), says(call("{\"name\":\"g\",\"arguments\":\"{}\"}"))),
          List.of(Turn.system(functions("\"weather\"")), user("Go"), says("Gone.")),
          List.of(Turn.system(functions("")), user("Go"), says("Gone.")),
          List.of(user("Go"), says(call("{\"name\":\"g\"}") + " and more")),
          List.of(Turn.system(functions("{")), user("Go"), says("No.")),
          numbers(
              "12345678.50", "0.0005", "-0.0", "0.00001", "1.5e-07", "1E+22", "123456789012345.6"),
          numbers("1e16", "9007199254740993", "0.1", "1.7976931348623157e300", "2.5e-300", "0e0"),
          numbers("1234567890123456789.25"),
          numbers("0.1000000000000000055"),
          numbers("1e400"),
          numbers("5e-324"),
          numbers("1e-999999999"),
          List.of(
              Turn.system(functions("{\"name\":\"f\",\"most\":1e400}")),
              user("Go"),
              says(call("{\"name\":\"f\",\"arguments\":{}}"))));

  private Chats() {}

  private static List<Turn> numbers(String... numbers) {
    String list = String.join(",", numbers);
    return List.of(user("Go"), says(call("{\"name\":\"g\",\"arguments\":{\"x\":[" + list + "]}}")));
  }

  private static String functions(String... each) {
    return ToolText.BEFORE_FUNCTIONS + String.join("\n", each) + ToolText.AFTER_FUNCTIONS;
  }

  private static String call(String json) {
    return "<tool_call>\n" + json + "\n</tool_call>";
  }

  private static String result(String text) {
    return "<tool_response>\n" + text + "\n</tool_response>";
  }

  static List<Countable> countable(List<List<Turn>> chats) {
    return chats.stream()
        .map(
            turns ->
                new Countable(
                    "ex", "train", turns, null, new Countable.Origin("a.xlsx", "Sheet1", 2)))
        .toList();
  }

  private static Turn user(String text) {
    return Turn.user(text);
  }

  private static Turn says(String text) {
    return Turn.assistant(text);
  }
}
