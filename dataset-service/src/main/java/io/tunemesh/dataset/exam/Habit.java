package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the typist of one cell writes markers, learnt from the sequences they complete: the form of
 * the letters that most often make A to D, and the form of the numbers that count up around them.
 * What is written in that form gains, what is written otherwise loses.
 */
final class Habit {
  private static final double GAIN = 1.5;
  private static final double LETTER_GAIN = 2.5;
  private static final double COMMA_GAIN = 4.5;
  private static final double IN_WORD_GAIN = 3.5;

  /** What a mark loses that is written otherwise. */
  static final double LOSS = 2.5;

  private static final double INITIAL = -3.5;
  private static final double SPACING = 1.5;

  private final Shadow cell;
  private final List<Mark> marks;

  private Habit(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
  }

  /** The same marks, weighed by the habit of their cell where it has a clear one. */
  static List<Mark> weigh(Shadow cell, List<Mark> marks) {
    var habit = new Habit(cell, marks);
    Character letters = habit.letterForm();
    if (letters == null) {
      return marks;
    }
    Set<Mark> chain = NumberChain.in(cell, marks, letters);
    if (chain.isEmpty()) {
      return marks;
    }
    char numbers = form(cell, chain.iterator().next());
    char point = isPoint(letters) ? habit.commonPoint(letters) : 0;
    int spacing = isPoint(letters) ? habit.spacing(letters) : 0;
    boolean inLines = chain.size() > 1;
    boolean glued = false;
    int first = Integer.MAX_VALUE;
    int last = 0;
    for (Mark mark : chain) {
      inLines &= mark.place() == Place.LINE;
      glued |= isGlued(mark);
      first = Math.min(first, mark.value());
      last = Math.max(last, mark.value());
    }
    var weighed = new ArrayList<Mark>();
    for (Mark mark : marks) {
      boolean same = form(cell, mark) == (mark.question() ? numbers : letters);
      boolean line = mark.place() == Place.LINE;
      if (!mark.question()) {
        boolean bare = mark.style() == Mark.Style.BARE;
        if (!same) {
          weighed.add(mark.strange(line && !bare ? 1 : LOSS));
        } else if (!line
            && (spacing != 0 && isSpaced(cell, mark) != spacing > 0
                || point != 0 && point(cell, mark) != point)) {
          weighed.add(mark.unlike(SPACING));
        } else {
          if (glued && mark.gain() == LetterMarks.IN_WORD) {
            weighed.add(mark.habitual(IN_WORD_GAIN));
            continue;
          }
          boolean likely = glued && isGlued(mark) && mark.gain() > -1;
          weighed.add(
              mark.habitual(
                  likely
                      ? GAIN
                      : isPoint(letters) ? 0 : (letters & 0xff) == ',' ? COMMA_GAIN : LETTER_GAIN));
        }
      } else if (chain.contains(mark)) {
        weighed.add(mark.habitual(GAIN));
      } else if (same
          && (line
              || !inLines
                  && (mark.place() == Place.WIDE_GAP
                      || mark.value() >= first && mark.value() <= last + 1))) {
        weighed.add(mark);
      } else {
        weighed.add(mark.strange(line && mark.style() != Mark.Style.BRACKET ? 1 : LOSS));
      }
    }
    return weighed;
  }

  private static boolean isGlued(Mark mark) {
    return switch (mark.place()) {
      case HAN, SENTENCE, WORD, OTHER -> true;
      default -> false;
    };
  }

  /** True where the letters chosen for a reading are all written as the habit says. */
  static boolean holds(List<Mark> used) {
    for (Mark mark : used) {
      if (!mark.question() && mark.isStrange()) {
        return false;
      }
    }
    return true;
  }

  /** Above zero where a space follows nearly every letter marker, below where hardly any. */
  private int spacing(char letters) {
    int all = 0;
    int spaced = 0;
    for (Mark mark : marks) {
      if (isClearLetter(mark, letters)) {
        all++;
        spaced += isSpaced(cell, mark) ? 1 : 0;
      }
    }
    if (all == 0) {
      return 0;
    }
    return spaced * 20 >= all * 17 ? 1 : spaced * 20 <= all * 3 ? -1 : 0;
  }

  /** The point that nearly every letter marker is typed with, or 0 where they are mixed. */
  private char commonPoint(char letters) {
    Map<Character, Integer> counts = new HashMap<>();
    int all = 0;
    for (Mark mark : marks) {
      if (isClearLetter(mark, letters)) {
        counts.merge(point(cell, mark), 1, Integer::sum);
        all++;
      }
    }
    for (var entry : counts.entrySet()) {
      if (entry.getValue() * 20 >= all * 17) {
        return entry.getKey();
      }
    }
    return 0;
  }

  private boolean isClearLetter(Mark mark, char letters) {
    boolean clear =
        switch (mark.place()) {
          case LINE, WIDE_GAP, SENTENCE_GAP -> true;
          default -> false;
        };
    return clear && !mark.question() && mark.gain() > 0 && form(cell, mark) == letters;
  }

  private static boolean isPoint(char form) {
    return (form & 0xff) == '.';
  }

  /** The delimiter of a letter as it was typed. */
  static char point(Shadow cell, Mark mark) {
    int p = mark.start() + 1;
    while (p < mark.end() && Shadow.isBlank(cell.at(p))) {
      p++;
    }
    return cell.typed(p);
  }

  /** True where a blank stands between a marker and its text. */
  static boolean isSpaced(Shadow cell, Mark mark) {
    return Shadow.isBlank(cell.at(mark.end() - 1));
  }

  /** The form that completes most sets of A to D, or null where two forms do. */
  private Character letterForm() {
    Map<Character, int[]> masks = new HashMap<>();
    for (Mark mark : marks) {
      if (mark.question() || mark.value() > 3 || mark.gain() < INITIAL) {
        continue;
      }
      int[] state = masks.computeIfAbsent(form(cell, mark), f -> new int[2]);
      if (mark.value() == 0) {
        state[0] = 0;
      }
      state[0] |= 1 << mark.value();
      if (state[0] == 15) {
        state[0] = 0;
        state[1]++;
      }
    }
    Character best = null;
    int most = 0;
    int next = 0;
    for (var entry : masks.entrySet()) {
      int sets = entry.getValue()[1];
      if (sets > most) {
        next = most;
        most = sets;
        best = entry.getKey();
      } else {
        next = Math.max(next, sets);
      }
    }
    return most > 2 * next ? best : null;
  }

  /** The character that tells how a marker is written: its bracket, its delimiter, or a space. */
  static char form(Shadow cell, Mark mark) {
    if (mark.style() == Mark.Style.WORD) {
      return '第';
    }
    if (mark.style() == Mark.Style.BARE) {
      return ' ';
    }
    char first = cell.at(mark.start());
    if (first == '(' || first == '[') {
      return first;
    }
    int p = mark.start();
    while (p < mark.end() && (Glyphs.isDigit(cell.at(p)) || Glyphs.isLatin(cell.at(p)))) {
      p++;
    }
    int apart = p;
    while (p < mark.end() && Shadow.isBlank(cell.at(p))) {
      p++;
    }
    char delimiter = p < mark.end() ? cell.at(p) : ' ';
    char upper = delimiter == '、' ? '.' : delimiter;
    if (p > apart) {
      upper |= 0x4000;
    }
    return mark.style().lower() ? (char) (upper | 0x8000) : upper;
  }
}
