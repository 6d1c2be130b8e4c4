package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.template.Blanks;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** What a head that tags says of a text, in the form in which it was trained where that can be. */
final class TaggedText {

  private static final Pattern OF_ENTITIES = Pattern.compile("O|[BI]-.+");

  private TaggedText() {}

  /**
   * The entities of the text in order, as training's answers have them. Where a word ends the
   * pieces of a tokenizer do not tell, so of tagged words it is the pieces as the engine gave them.
   *
   * @param pieces of the whole input, with {@code start}, {@code end} (in code points) and {@code
   *     label}
   * @param text what the input asks about, of which alone the pieces count; null for all of it
   * @param words whether each word was to have its tag
   */
  static String answer(JsonNode pieces, String input, String text, boolean words) {
    int at = text == null ? 0 : Math.max(0, input.lastIndexOf(text));
    int begin = input.codePointCount(0, at);
    int end = input.codePointCount(0, text == null ? input.length() : at + text.length());
    List<JsonNode> own =
        pieces
            .valueStream()
            .filter(piece -> piece.path("end").asInt() > begin && piece.path("start").asInt() < end)
            .toList();
    boolean entities =
        text != null
            && !words
            && own.stream().allMatch(p -> OF_ENTITIES.matcher(p.path("label").asText()).matches());
    return entities
        ? entities(own, input.codePoints().toArray())
        : Json.MAPPER.createArrayNode().addAll(own).toString();
  }

  /** A label I-X goes on with the X before it, and begins one where there is none. */
  private static String entities(List<JsonNode> pieces, int[] input) {
    StringJoiner found = new StringJoiner(", ", "[", "]");
    String open = null;
    int from = 0;
    int to = 0;
    for (JsonNode piece : pieces) {
      String label = piece.path("label").asText();
      String type = label.equals("O") ? null : label.substring(2);
      if (open != null && (label.startsWith("B") || !open.equals(type))) {
        found.add(entity(open, new String(input, from, to - from)));
        open = null;
      }
      if (open == null) {
        from = piece.path("start").asInt();
      }
      open = type;
      to = piece.path("end").asInt();
    }
    if (open != null) {
      found.add(entity(open, new String(input, from, to - from)));
    }
    return found.toString();
  }

  private static String entity(String type, String text) {
    return "{\"type\": %s, \"text\": %s}"
        .formatted(TextNode.valueOf(type), TextNode.valueOf(Blanks.strip(text)));
  }
}
