package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * Words that are looked for at every place of a cell; most places are ruled out by one character.
 */
final class WordList {
  private static final int CLASSES = 1024;

  /** The words that may begin with a character of a class, or null where none does. */
  private final String[][] byFirst = new String[CLASSES][];

  /** Words in folded characters and lower case; a longer word stands before its beginning. */
  static WordList of(String... words) {
    var list = new WordList();
    for (String word : words) {
      char first = word.charAt(0);
      list.add(first, word);
      if (Character.toUpperCase(first) != first) {
        list.add(Character.toUpperCase(first), word);
      }
    }
    return list;
  }

  private void add(char first, String word) {
    String[] before = byFirst[first % CLASSES];
    String[] words = before == null ? new String[1] : Arrays.copyOf(before, before.length + 1);
    words[words.length - 1] = word;
    byFirst[first % CLASSES] = words;
  }

  /** False where none of the words begins with a character. */
  boolean mayBeginWith(char first) {
    return byFirst[first % CLASSES] != null;
  }

  /** The end of the first word that stands at a position, or -1. */
  int endAt(Shadow cell, int at) {
    String[] words = byFirst[cell.at(at) % CLASSES];
    if (words != null) {
      for (String word : words) {
        if (cell.startsWith(word, at)) {
          return at + word.length();
        }
      }
    }
    return -1;
  }
}
