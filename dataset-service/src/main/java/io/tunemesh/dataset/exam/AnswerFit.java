package io.tunemesh.dataset.exam;

import java.util.Set;

/** Tells an answer letter from a letter that an explanation is about. */
final class AnswerFit {
  private static final Set<String> REASONS =
      Set.of(
          "because",
          "since",
          "as",
          "from",
          "according",
          "for",
          "by",
          "in",
          "see",
          "detail",
          "main");

  private static final Set<String> VERBS =
      Set.of(
          "is",
          "are",
          "was",
          "were",
          "can",
          "could",
          "does",
          "has",
          "and",
          "or",
          "says",
          "should",
          "may",
          "might",
          "mentions",
          "seems");

  /** What joins several letters to one answer. */
  private static final CharClass JOINTS = CharClass.of("、,/&和与及或");

  /** What stands behind an answer that is only a letter. */
  private static final CharClass BEHIND = CharClass.of("。;,、)](（[:/|→-");

  private AnswerFit() {}

  /** How well the text after a single letter allows it to be an answer. */
  static double of(Shadow cell, int letter) {
    boolean lower = cell.at(letter) >= 'a';
    char c = cell.at(letter + 1);
    int next = cell.skipSpaces(letter + 1);
    if (c == '\n' || cell.at(next) == '\n') {
      return 1;
    }
    if (Glyphs.isDigit(cell.at(next))) {
      return next == letter + 1 ? 0.2 : lower ? 0.5 : 0.8;
    }
    if (isJoined(cell, letter + 1)) {
      return -9;
    }
    if (c == '.') {
      char direct = cell.at(letter + 2);
      boolean initials = Glyphs.isLatin(direct) && cell.at(letter + 3) == '.';
      return initials ? -9 : lower && direct == ' ' ? -1 : 0.7;
    }
    if (next > letter + 1) {
      return lower || !Glyphs.isLatin(cell.at(next))
          ? gap(cell, next, lower)
          : word(cell, letter, next);
    }
    if (c == '项' && cell.at(letter - 1) != '选' && isItemAlone(cell, letter + 2)) {
      return 0.7;
    }
    if (Glyphs.isHan(c)) {
      boolean noun = "项选型股级超等处座班组".indexOf(c) >= 0;
      return noun || lower ? -9 : c == '错' || c == '不' ? -4 : 0.2;
    }
    return BEHIND.holds(c) ? 0.7 : lower ? -9 : -0.5;
  }

  /** True where nothing but a stop, a score or the next number follows {@code D项}. */
  private static boolean isItemAlone(Shadow cell, int after) {
    int p = cell.skipSpaces(after);
    if (cell.at(p) == '(' && Trailing.scoreEnd(cell, p + 1) > 0) {
      return true;
    }
    while (".。,、;→|".indexOf(cell.at(p)) >= 0 || cell.at(p) == ' ' || cell.at(p) == '\t') {
      p++;
    }
    char c = cell.at(p);
    return c == '\n' || Glyphs.isDigit(c) || "第([".indexOf(c) >= 0 && p > after;
  }

  private static double gap(Shadow cell, int next, boolean lower) {
    char c = cell.at(next);
    if (lower) {
      return Glyphs.isDigit(c) ? 0.5 : -9;
    }
    if (Glyphs.isHan(c)) {
      return "项选".indexOf(c) >= 0 ? -9 : 0.4;
    }
    return 0.8;
  }

  private static double word(Shadow cell, int letter, int next) {
    int end = next;
    while (Glyphs.isLatin(cell.at(end)) && end - next < 20) {
      end++;
    }
    if (Character.isUpperCase(cell.at(next))) {
      return 0.6;
    }
    if (REASONS.contains(cell.plain(next, end))) {
      return 0.2;
    }
    return cell.at(letter) == 'A' || VERBS.contains(cell.plain(next, end)) ? -9 : -0.8;
  }

  /** True where the letter is one of several: {@code A、C}, {@code A and C}. */
  private static boolean isJoined(Shadow cell, int from) {
    int p = cell.skipSpaces(from);
    boolean joint = JOINTS.holds(cell.at(p));
    int next = cell.skipSpaces(p + 1);
    if (cell.startsWith("and ", p) || cell.startsWith("or ", p)) {
      joint = true;
      next = cell.skipSpaces(p + 3);
    }
    char c = cell.at(next);
    return joint && c >= 'A' && c <= 'D' && !Glyphs.isLatin(cell.at(next + 1));
  }
}
