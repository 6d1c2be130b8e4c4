package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.platform.template.Blanks;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of a turn, of which those in the JSON of calls and functions are strings of it. */
public final class TurnWords {

  /** In a line of its own, with the ends of the lines around it. */
  private static final Pattern TAG =
      Pattern.compile("(?:\\A|(?<=\n)|(?<!\n)\n++)</?tool(?:s|_call|_response)>(?:\n++|\\z)");

  private TurnWords() {}

  /**
   * The turn with other words: each piece of text between the tags of {@link Tools} as {@code
   * change} gives it, and of a piece that is JSON, in a line or several, each string, so that JSON
   * stays JSON. Of words before the first tag that become blank, no line is left.
   */
  public static String changed(String turn, UnaryOperator<String> change) {
    StringBuilder out = new StringBuilder();
    Matcher tag = TAG.matcher(turn);
    int end = 0;
    while (tag.find()) {
      String words = piece(turn.substring(end, tag.start()), change);
      boolean isNone = end == 0 && Blanks.isBlank(words);
      out.append(isNone ? tag.group().stripLeading() : words + tag.group());
      end = tag.end();
    }
    return end == 0
        ? change.apply(turn)
        : out.append(piece(turn.substring(end), change)).toString();
  }

  /** The same JSON, changed itself, whose strings are as {@code change} gives them. */
  public static JsonNode mapped(JsonNode node, UnaryOperator<String> change) {
    switch (node) {
      case TextNode text -> {
        return TextNode.valueOf(change.apply(text.asText()));
      }
      case ObjectNode object ->
          object.properties().forEach(e -> e.setValue(mapped(e.getValue(), change)));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, mapped(array.get(i), change));
        }
      }
      default -> {}
    }
    return node;
  }

  private static String piece(String text, UnaryOperator<String> change) {
    String[] lines = text.split("\n", -1);
    return Arrays.stream(lines).map(Nested::parse).allMatch(TurnWords::isJson)
        ? Arrays.stream(lines).map(line -> json(line, change)).collect(Collectors.joining("\n"))
        : change.apply(text);
  }

  private static boolean isJson(JsonNode node) {
    return node != null && node.isContainerNode();
  }

  private static String json(String line, UnaryOperator<String> change) {
    JsonNode json = Nested.parse(line);
    String before = Nested.text(json);
    String after = Nested.text(mapped(json, change));
    return after.equals(before) ? line : after;
  }
}
