package io.tunemesh.dataset.export;

import java.util.List;

/** Texts of strangers in Markdown, where they stay texts. */
final class Markdown {

  private static final String SPECIAL = "\\`*_[]<>|#~$&!";

  private Markdown() {}

  /**
   * A text on one line, that neither ends a cell of a table nor becomes a link, a picture or HTML.
   */
  static String text(String text) {
    StringBuilder out = new StringBuilder();
    line(text)
        .codePoints()
        .forEach(
            c -> {
              if (SPECIAL.indexOf(c) >= 0) {
                out.append('\\');
              }
              out.appendCodePoint(c);
            });
    return out.toString();
  }

  /** A text on one line, without what no printer shows. */
  static String line(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    out.append(' ');
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString().strip();
  }

  /** A block of code with any text, whatever back-quotes it has. */
  static String code(String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence + "text\n" + text + "\n" + fence + "\n";
  }

  /** A row of a table, of texts that are Markdown already. */
  static String row(Object... cells) {
    return "| "
        + String.join(" | ", List.of(cells).stream().map(Object::toString).toList())
        + " |\n";
  }
}
