package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * The markers of an ordinary cell in their order: numbers that count up in one form, behind each
 * nothing or A to D in one form, and words behind every one. What does not go on so is refused.
 */
final class OrdinaryMarks {
  private static final int ALL = 15;
  private static final int LIKELY = 32;

  /** Fewer letters make no set A to D of their own, and no options of an open question. */
  private static final int MOST_BESIDE = 3;

  /** Numbers as they are, letters counted down from -1 for A; where they begin and end. */
  private int[] values = new int[LIKELY];

  private int[] begins = new int[LIKELY];
  private int[] ends = new int[LIKELY];
  private int count;

  /** The forms of the letters that are certainly text. */
  private final char[] beside = new char[MOST_BESIDE];

  private int besides;

  /** Where what stood last began and ended, and where it ended if it opens a text. */
  private int begun;

  private int ended = -1;
  private int opened = -1;

  private int number;
  private Mark.Style numberStyle;
  private char numberForm;

  /** How many letters the question at hand has, which, and how many of them are not certain. */
  private int letters;

  private int seen;
  private int uncertain;

  private Mark.Style style;
  private char form;
  private char point;
  private boolean spaced;
  private boolean inLines = true;
  private boolean uneven;

  int count() {
    return count;
  }

  boolean isNumber(int index) {
    return values[index] > 0;
  }

  int number(int index) {
    return values[index];
  }

  /** A letter, counted from 0 for A. */
  int letter(int index) {
    return -1 - values[index];
  }

  int begin(int index) {
    return begins[index];
  }

  int end(int index) {
    return ends[index];
  }

  /** Where what was passed or taken last ends. */
  int ended() {
    return ended;
  }

  /** Takes a certain number of a question; false where it does not go on from what was taken. */
  boolean addNumber(int value, int begin, int end, Mark.Style style, char form) {
    boolean next = number == 0 || value == number + 1 && style == numberStyle && form == numberForm;
    if (!next || letters != 0 && !isSet()) {
      return false;
    }
    number = value;
    numberStyle = style;
    numberForm = form;
    letters = 0;
    seen = 0;
    uncertain = 0;
    return add(value, begin, end);
  }

  /** Takes a letter at a clear place; false where it does not go on from what was taken. */
  boolean addLetter(
      int value,
      int begin,
      int end,
      Mark.Style style,
      char form,
      char point,
      boolean spaced,
      boolean line,
      boolean certain) {
    if (this.style == null) {
      this.style = style;
      this.form = form;
      this.point = point;
      this.spaced = spaced;
    }
    inLines &= line;
    uneven |= spaced != this.spaced || point != this.point;
    seen |= 1 << value;
    uncertain += certain ? 0 : 1;
    return number != 0
        && letters++ < 4
        && (letters > 1 || value == 0)
        && style == this.style
        && form == this.form
        && add(-1 - value, begin, end);
  }

  /** Passes over a letter that is certainly text, perhaps the first of one. */
  boolean addBeside(int begin, int end, char form, boolean opens) {
    if (besides == MOST_BESIDE || !pass(begin, end)) {
      return false;
    }
    beside[besides++] = form;
    opened = opens ? end : -1;
    return true;
  }

  /** Passes over what is certainly text, in the order of the cell and apart from what opens one. */
  boolean pass(int begin, int end) {
    if (begin < begun || begin <= opened) {
      return false;
    }
    begun = begin;
    ended = end;
    opened = -1;
    return true;
  }

  /** True for A to D, all certain but one. */
  private boolean isSet() {
    return letters == 4 && seen == ALL && uncertain < 2;
  }

  /** Adds a marker where words stand behind the one before it. */
  private boolean add(int value, int begin, int end) {
    if (count > 0 && ends[count - 1] >= begin || !pass(begin, end)) {
      return false;
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      begins = Arrays.copyOf(begins, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    values[count] = value;
    begins[count] = begin;
    ends[count++] = end;
    return true;
  }

  /** True where the marks are the only reading of a cell of some length. */
  boolean areWhole(int length) {
    for (int i = 0; i < besides; i++) {
      if (beside[i] == form) {
        return false;
      }
    }
    return style != null
        && (letters == 0 || isSet())
        && (!uneven || inLines)
        && ends[count - 1] < length;
  }
}
