package io.tunemesh.platform.template;

import io.quarkus.qute.Expression;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The words of a template that has nothing but texts and values, as nearly all have: what Qute
 * would render, at ten times its speed.
 */
final class PlainWords {

  private record Piece(String text, String value) {}

  private final List<Piece> pieces;

  private PlainWords(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /** Those of a parsed template; null where it has more than texts and values. */
  static PlainWords of(Template template) {
    List<Piece> pieces = new ArrayList<>();
    for (TemplateNode node : template.getNodes()) {
      if (node.isText()) {
        pieces.add(new Piece(node.asText().getValue(), null));
      } else if (node.isExpression() && node.getExpressions().size() == 1) {
        Expression value = node.getExpressions().getFirst();
        if (value.isLiteral() || value.hasNamespace() || value.getParts().size() != 1) {
          return null;
        }
        pieces.add(new Piece(null, value.getParts().getFirst().getName()));
      } else {
        return null;
      }
    }
    return new PlainWords(pieces);
  }

  /**
   * The words with {@code values}.
   *
   * @return null where there is no value of a name, which Qute says best
   */
  String render(Function<String, Object> values) {
    if (pieces.size() == 1) {
      return text(pieces.getFirst(), values);
    }
    StringBuilder words = new StringBuilder();
    for (Piece piece : pieces) {
      String text = text(piece, values);
      if (text == null) {
        return null;
      }
      words.append(text);
    }
    return words.toString();
  }

  private static String text(Piece piece, Function<String, Object> values) {
    if (piece.text() != null) {
      return piece.text();
    }
    Object value = values.apply(piece.value());
    return value instanceof String || value instanceof Number ? value.toString() : null;
  }
}
