package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * Latin words that are looked for before a position; most are ruled out by the last two letters.
 */
final class WordEnds {
  /** After these a number counts or names something and begins no question or answer. */
  static final WordEnds COUNTED =
      WordEnds.of(
          "paragraph paragraphs para paras line lines page chapter figure table section part unit"
              + " grade no number step day level lesson volume version type room stage sentence"
              + " option passage text about over in of to at than and or by for the only nearly"
              + " from under");

  /** Words that are shortened with a point before their number, such as no. or fig. */
  static final WordEnds SHORTENED = WordEnds.of("no para paras fig vol ch p pp");

  /** Things that have a letter for a name, also where a line break tore it off: Plan / B. */
  private static final String TEARABLE =
      "vitamin plan group type class team building hepatitis section grade category room block"
          + " terminal model";

  static final WordEnds TORN = WordEnds.of(TEARABLE);

  /** After these a capital letter is a part of a name, or a word, and begins no option. */
  static final WordEnds NAMED =
      WordEnds.of(
          TEARABLE
              + " part option choice answer point and or the a an both between mr mrs ms dr st gate"
              + " line version level side letter appendix table figure hall unit zone phase"
              + " schedule column hemisphere platform route subject person");

  /** Titles that are shortened with a point, such as mr. or prof. */
  static final WordEnds TITLES = WordEnds.of("mr mrs ms dr st prof sr no vs");

  private static final int LETTERS = 26;

  /** The words that end with a letter behind another, or behind what is none: at last. */
  private final String[][] byEnds = new String[LETTERS * (LETTERS + 1)][];

  private WordEnds(String[] words) {
    for (int i = 0; i < byEnds.length; i++) {
      int ends = i;
      byEnds[i] = Arrays.stream(words).filter(word -> ends(word) == ends).toArray(String[]::new);
    }
  }

  private static int ends(String word) {
    int last = word.length() - 1;
    return ends(last == 0 ? ' ' : word.charAt(last - 1), word.charAt(last));
  }

  /** The index of two letters, of which the second is one from A to Z; the first may be none. */
  private static int ends(char before, char last) {
    int first = lower(before) - 'a';
    boolean letter = first >= 0 && first < LETTERS;
    return (letter ? first : LETTERS) * LETTERS + lower(last) - 'a';
  }

  /** Words of the letters a to z, with spaces between them. */
  static WordEnds of(String words) {
    return new WordEnds(words.split(" "));
  }

  /**
   * True where one of the words stands before a position, in any case; a single capital is none.
   */
  boolean before(Shadow cell, int position) {
    return endAt(cell, cell.spacesBefore(position));
  }

  /** Like {@link #before}, for a word that may be shortened with a point. */
  boolean shortenedBefore(Shadow cell, int position) {
    int end = cell.spacesBefore(position);
    return endAt(cell, cell.at(end - 1) == '.' ? end - 1 : end);
  }

  private boolean endAt(Shadow cell, int end) {
    int last = lower(cell.at(end - 1)) - 'a';
    if (last < 0 || last >= LETTERS) {
      return false;
    }
    for (String word : byEnds[ends(cell.at(end - 2), cell.at(end - 1))]) {
      if (isWord(cell, end - word.length(), word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWord(Shadow cell, int begin, String word) {
    char before = cell.at(begin - 1);
    if (begin < 0 || Glyphs.isLatin(before) || Glyphs.isHan(before)) {
      return false;
    }
    for (int i = word.length() - 1; i >= 0; i--) {
      if (lower(cell.at(begin + i)) != word.charAt(i)) {
        return false;
      }
    }
    return word.length() > 1 || cell.at(begin) >= 'a';
  }

  /** The small letter of a capital; what is no letter from A to Z does not become one. */
  private static char lower(char c) {
    return (char) (c | 0x20);
  }
}
