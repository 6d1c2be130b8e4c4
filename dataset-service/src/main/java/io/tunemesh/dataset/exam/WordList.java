package io.tunemesh.dataset.exam;

/**
 * Words that are looked for at every place of a cell; most places are ruled out by one character.
 */
final class WordList {
  private final String[] words;
  private final long firsts;

  private WordList(String[] words, long firsts) {
    this.words = words;
    this.firsts = firsts;
  }

  /** Words in folded characters and lower case; a longer word stands before its beginning. */
  static WordList of(String... words) {
    long firsts = 0;
    for (String word : words) {
      char first = word.charAt(0);
      firsts |= 1L << first | 1L << Character.toUpperCase(first);
    }
    return new WordList(words, firsts);
  }

  /** The end of the first word that stands at a position, or -1. */
  int endAt(Shadow cell, int at) {
    if ((firsts >>> cell.at(at) & 1) == 0) {
      return -1;
    }
    for (String word : words) {
      if (cell.startsWith(word, at)) {
        return at + word.length();
      }
    }
    return -1;
  }
}
