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

  /** The forms of the letters and of the numbers. */
  private final char letters;

  private final char numbers;

  /** The numbers that count up around the letters, and the least and the greatest of them. */
  private final Set<Mark> chain;

  private final int first;
  private final int last;

  /** True where more than one number counts up, each on a line of its own. */
  private final boolean inLines;

  /** True where a number stands right behind other characters. */
  private final boolean glued;

  private final char point;
  private final int spacing;

  private Habit(Shadow cell, List<Mark> marks, char letters, Set<Mark> chain) {
    this.cell = cell;
    this.marks = marks;
    this.letters = letters;
    this.chain = chain;
    this.numbers = form(cell, chain.iterator().next());
    this.first = chain.stream().mapToInt(Mark::value).min().getAsInt();
    this.last = chain.stream().mapToInt(Mark::value).max().getAsInt();
    this.inLines = chain.size() > 1 && chain.stream().allMatch(m -> m.place() == Place.LINE);
    this.glued = chain.stream().anyMatch(Habit::isGlued);
    this.point = isPoint(letters) ? commonPoint() : 0;
    this.spacing = isPoint(letters) ? spacing() : 0;
  }

  /** The same marks, weighed by the habit of their cell where it has a clear one. */
  static List<Mark> weigh(Shadow cell, List<Mark> marks) {
    Character letters = letterForm(cell, marks);
    Set<Mark> chain = letters == null ? Set.of() : NumberChain.in(cell, marks, letters);
    if (chain.isEmpty()) {
      return marks;
    }
    var habit = new Habit(cell, marks, letters, chain);
    var weighed = new ArrayList<Mark>(marks.size());
    for (Mark mark : marks) {
      weighed.add(mark.question() ? habit.number(mark) : habit.letter(mark));
    }
    return weighed;
  }

  private Mark letter(Mark mark) {
    boolean line = mark.place() == Place.LINE;
    if (form(cell, mark) != letters) {
      return mark.strange(line && mark.style() != Mark.Style.BARE ? 1 : LOSS);
    }
    boolean spacedOtherwise = spacing != 0 && isSpaced(cell, mark) != spacing > 0;
    boolean typedOtherwise = point != 0 && point(cell, mark) != point;
    if (!line && (spacedOtherwise || typedOtherwise)) {
      return mark.unlike(SPACING);
    }
    if (glued && mark.gain() == LetterMarks.IN_WORD) {
      return mark.habitual(IN_WORD_GAIN);
    }
    if (glued && isGlued(mark) && mark.gain() > -1) {
      return mark.habitual(GAIN);
    }
    return mark.habitual(isPoint(letters) ? 0 : (letters & 0xff) == ',' ? COMMA_GAIN : LETTER_GAIN);
  }

  private Mark number(Mark mark) {
    if (chain.contains(mark)) {
      return mark.habitual(GAIN);
    }
    boolean line = mark.place() == Place.LINE;
    boolean near = mark.value() >= first && mark.value() <= last + 1;
    boolean placed = line || !inLines && (mark.place() == Place.WIDE_GAP || near);
    if (placed && form(cell, mark) == numbers) {
      return mark;
    }
    return mark.strange(line && mark.style() != Mark.Style.BRACKET ? 1 : LOSS);
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
  private int spacing() {
    int all = 0;
    int spaced = 0;
    for (Mark mark : marks) {
      if (isClearLetter(mark)) {
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
  private char commonPoint() {
    Map<Character, Integer> counts = new HashMap<>();
    int all = 0;
    for (Mark mark : marks) {
      if (isClearLetter(mark)) {
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

  private boolean isClearLetter(Mark mark) {
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
  private static Character letterForm(Shadow cell, List<Mark> marks) {
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
