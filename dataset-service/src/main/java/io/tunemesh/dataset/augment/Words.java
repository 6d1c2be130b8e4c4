package io.tunemesh.dataset.augment;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the words of a list in a text: where words have spaces between them, whole ones, and in
 * scripts that join their words, the longest that begins at a place. Words that hold a digit are
 * none.
 */
final class Words {

  /**
   * A word of the list.
   *
   * @param weight how many of the text's words it counts as
   */
  record Found(int from, int to, List<String> synonyms, int weight) {}

  private final List<Found> found = new ArrayList<>();
  private int words;

  private Words() {}

  /** The words of {@code text} that are in {@code list} with a synonym, in their order. */
  static Words in(String text, Thesaurus list) {
    Words all = new Words();
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (isJoined(c)) {
        at = all.joined(text, at, list);
      } else if (Character.isLetterOrDigit(c)) {
        at = all.spaced(text, at, list);
      } else {
        at += Character.charCount(c);
      }
    }
    return all;
  }

  List<Found> found() {
    return found;
  }

  /** The words of the text, of which each character counts as one in scripts that join them. */
  int count() {
    return words;
  }

  /** Whether a script writes its words without spaces between them. */
  static boolean isJoined(int c) {
    return switch (UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR, BOPOMOFO -> true;
      default -> false;
    };
  }

  private int joined(String text, int at, Thesaurus list) {
    for (int to = Math.min(text.length(), at + list.longest()); to > at; to--) {
      List<String> synonyms = list.of(text.substring(at, to));
      if (synonyms != null && isWhole(text, to)) {
        int weight = text.codePointCount(at, to);
        add(at, to, synonyms, weight);
        return to;
      }
    }
    words++;
    return at + Character.charCount(text.codePointAt(at));
  }

  /** Takes a word, or the longest phrase of the list that begins with it. */
  private int spaced(String text, int at, Thesaurus list) {
    int end = end(text, at);
    for (int to = Math.min(text.length(), at + list.longest()); to >= end; to--) {
      List<String> synonyms = isWhole(text, to) ? list.of(text.substring(at, to)) : null;
      if (synonyms != null) {
        add(at, to, synonyms, text.substring(at, to).split("\\s+").length);
        return to;
      }
    }
    words++;
    return end;
  }

  private void add(int from, int to, List<String> synonyms, int weight) {
    words += weight;
    if (!synonyms.isEmpty()) {
      found.add(new Found(from, to, synonyms, weight));
    }
  }

  /** Whether no word that is written with spaces goes on at {@code to}. */
  private static boolean isWhole(String text, int to) {
    if (to >= text.length() || to == 0) {
      return true;
    }
    int before = text.codePointBefore(to);
    if (isJoined(before) || !Character.isLetterOrDigit(before)) {
      return true;
    }
    return end(text, to) == to;
  }

  /** The end of the run of letters and digits at {@code from}, with hyphens and apostrophes. */
  private static int end(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      boolean inner =
          (c == '\'' || c == '\u2019' || c == '-' || c == '_' || c == '.' || c == '@')
              && at + 1 < text.length()
              && isSpaced(text.codePointAt(at + 1));
      if (!isSpaced(c) && !inner) {
        break;
      }
      at += Character.charCount(c);
    }
    return at;
  }

  private static boolean isSpaced(int c) {
    boolean mark =
        Character.getType(c) == Character.NON_SPACING_MARK
            || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    return (Character.isLetterOrDigit(c) || mark) && !isJoined(c);
  }
}
