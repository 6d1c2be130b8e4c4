package io.tunemesh.inference.rule;

import io.tunemesh.inference.text.Script;
import io.tunemesh.inference.text.Sentences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops sentences or lines that were said before; gives each when its end is known. */
final class PieceFilter implements TextFilter {

  private final boolean lines;
  private final int shortest;
  private final StringBuilder held = new StringBuilder();
  private final Set<String> said = new HashSet<>();
  private int dropped;

  /**
   * @param lines whether lines are compared, and not sentences
   * @param shortest a piece of fewer letters is never dropped
   */
  PieceFilter(boolean lines, int shortest) {
    this.lines = lines;
    this.shortest = shortest;
  }

  @Override
  public String push(String piece) {
    held.append(piece);
    return give(false);
  }

  @Override
  public String end() {
    return give(true);
  }

  private String give(boolean whole) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int end = next(from, whole); end > from; end = next(from, whole)) {
      String piece = held.substring(from, end);
      String letters = Script.letters(piece);
      if (letters.codePointCount(0, letters.length()) < shortest || said.add(letters)) {
        out.append(piece);
      } else {
        dropped++;
      }
      from = end;
    }
    held.delete(0, from);
    return out.toString();
  }

  private int next(int from, boolean whole) {
    if (!lines) {
      return Sentences.end(held, from, whole);
    }
    int line = held.indexOf("\n", from);
    return line >= 0 ? line + 1 : whole ? held.length() : -1;
  }

  @Override
  public List<Acted> acted() {
    String noun = lines ? "line" : "sentence";
    return dropped == 0
        ? List.of()
        : List.of(
            new Acted(
                "after.duplicates",
                dropped == 1
                    ? "a " + noun + " that was said before was dropped"
                    : "%d %ss that were said before were dropped".formatted(dropped, noun)));
  }
}
