package io.tunemesh.platform.template;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * A part of a template. Each begins at a line that holds its name in brackets, as {@code [system]};
 * what stands before the first such line is the instruction.
 */
enum Section {
  SYSTEM,
  INSTRUCTION,
  INPUT,
  OUTPUT;

  /** The text of a section, and how many lines stand before it. */
  record Piece(String text, int linesBefore) {}

  /** The name as users write it. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Takes a template apart.
   *
   * @throws BrokenTemplate if a section stands twice
   */
  static Map<Section, Piece> split(String name, String template) throws BrokenTemplate {
    Map<Section, Piece> pieces = new EnumMap<>(Section.class);
    Section section = INSTRUCTION;
    StringBuilder text = new StringBuilder();
    int line = 0;
    int start = 0;
    for (String next : template.split("\n", -1)) {
      line++;
      Section begun = begunBy(next);
      if (begun == null) {
        text.append(next).append('\n');
        continue;
      }
      put(name, pieces, section, new Piece(text.toString(), start));
      section = begun;
      text.setLength(0);
      start = line;
    }
    put(name, pieces, section, new Piece(text.toString(), start));
    return pieces;
  }

  private static void put(String name, Map<Section, Piece> pieces, Section section, Piece piece)
      throws BrokenTemplate {
    if (piece.text().isBlank()) {
      return;
    }
    if (pieces.putIfAbsent(section, piece) != null) {
      throw new BrokenTemplate(
          "the template '%s' has the section [%s] twice; write it once"
              .formatted(name, section.key()));
    }
  }

  private static Section begunBy(String line) {
    String bare = line.strip();
    for (Section section : values()) {
      if (bare.equals("[" + section.key() + "]")) {
        return section;
      }
    }
    return null;
  }
}
