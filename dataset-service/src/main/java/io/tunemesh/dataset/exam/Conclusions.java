package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Finds where an explanation names the right option: 故选D, {@code so the answer is D}. */
final class Conclusions {
  private static final WordList CONCLUDING =
      WordList.of(
          "故选",
          "故答案为",
          "故答案选",
          "故正确答案为",
          "因此选",
          "所以选",
          "应选",
          "答案为",
          "答案是",
          "答案选",
          "本题选",
          "answer is",
          "answer should be");
  private static final WordList LABELS = WordList.of("[答案]", "答案:", "answer:");

  /** A letter and where it stands. */
  record Conclusion(int at, char letter) {}

  private Conclusions() {}

  /** The letters that are concluded, in the order of the cell. */
  static List<Conclusion> in(Shadow cell) {
    return cell.mayHoldWords() ? after(CONCLUDING, cell) : List.of();
  }

  /** The letters that follow a label such as 【答案】, in the order of the cell. */
  static List<Conclusion> labelled(Shadow cell) {
    return after(LABELS, cell);
  }

  private static List<Conclusion> after(WordList words, Shadow cell) {
    var found = new ArrayList<Conclusion>();
    for (int i = cell.next(words, 0); i >= 0; i = cell.next(words, i + 1)) {
      int end = words.endAt(cell, i);
      boolean denied = words == CONCLUDING && (cell.at(i - 1) == '不' || cell.at(i - 1) == '误');
      char letter = end < 0 || denied ? 0 : letter(cell, end);
      if (letter != 0) {
        found.add(new Conclusion(i, letter));
      }
    }
    return found;
  }

  /** The one letter concluded for a question, or null when there is none or more than one. */
  static Character only(Shadow cell, int number, IntFunction<Integer> ownerOf) {
    Character only = null;
    var all = new ArrayList<>(in(cell));
    all.addAll(labelled(cell));
    for (Conclusion conclusion : all) {
      Integer owner = ownerOf.apply(conclusion.at());
      if (owner != null && owner == number) {
        if (only != null && only != conclusion.letter()) {
          return null;
        }
        only = conclusion.letter();
      }
    }
    return only;
  }

  private static char letter(Shadow cell, int from) {
    int p = from;
    while (p - from < 4 && (" :(\"“\t".indexOf(cell.at(p)) >= 0)) {
      p++;
    }
    char c = cell.at(p);
    if (c < 'A' || c > 'D' || Glyphs.isLatin(cell.at(p + 1))) {
      return 0;
    }
    int next = cell.skipSpaces(p + 1);
    if ("、,/和与".indexOf(cell.at(next)) >= 0) {
      char other = cell.at(cell.skipSpaces(next + 1));
      return other >= 'A' && other <= 'D' ? 0 : c;
    }
    return c;
  }
}
