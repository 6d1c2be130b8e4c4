package io.tunemesh.dataset.exam;

/**
 * Words that are looked for at every place of a cell; most places are ruled out by one character.
 */
final class WordList {
  static final int CLASSES = 1024;

  private final String[] words;
  private final boolean[] firsts;

  private WordList(String[] words, boolean[] firsts) {
    this.words = words;
    this.firsts = firsts;
  }

  /** Words in folded characters and lower case; a longer word stands before its beginning. */
  static WordList of(String... words) {
    boolean[] firsts = new boolean[CLASSES];
    for (String word : words) {
      char first = word.charAt(0);
      firsts[first % CLASSES] = true;
      firsts[Character.toUpperCase(first) % CLASSES] = true;
    }
    return new WordList(words, firsts);
  }

  /** The next place from this one on where one of the words may begin; -1 behind the last. */
  int next(Shadow cell, int from) {
    return cell.nextOf(firsts, from);
  }

  /** The end of the first word that stands at a position, or -1. */
  int endAt(Shadow cell, int at) {
    if (!firsts[cell.at(at) % CLASSES]) {
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
