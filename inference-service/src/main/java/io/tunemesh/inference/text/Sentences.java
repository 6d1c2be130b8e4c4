package io.tunemesh.inference.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the sentences of Chinese and English text end. A line break ends one, too. What stands
 * behind a sentence's mark — quotes, brackets, spaces — belongs to it, so that the sentences put
 * together are the text.
 */
public final class Sentences {

  private static final String WIDE = "。！？…；";
  private static final String NARROW = ".!?";
  private static final String CLOSING = "”’」』）】》)]}\"'*_`";
  private static final Set<String> ABBREVIATED =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "eg", "ie", "al", "approx", "inc", "ltd",
          "co", "jr", "sr", "cf", "dept", "gen", "gov", "sen", "rep", "rev", "col", "sgt", "capt",
          "lt", "mt", "ave", "est");
  private static final Set<String> BEFORE_NUMBERS =
      Set.of("no", "nos", "p", "pp", "fig", "figs", "vol", "sec", "eq", "art", "ch");

  private Sentences() {}

  /**
   * The end of the sentence that begins at {@code from}.
   *
   * @param whole whether nothing comes after {@code text}; else only an end that no further text
   *     can move is told
   * @return -1 where there is none yet
   */
  public static int end(CharSequence text, int from, boolean whole) {
    int length = text.length();
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        return i + 1;
      }
      boolean wide = WIDE.indexOf(c) >= 0;
      if (!wide && NARROW.indexOf(c) < 0) {
        continue;
      }
      int end = i + 1;
      while (end < length && isMark(text.charAt(end))) {
        end++;
      }
      int marks = end;
      while (end < length && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
        end++;
      }
      if (end == length && !whole) {
        return -1;
      }
      boolean apart = wide || end > marks || end == length || "\r\n".indexOf(text.charAt(end)) >= 0;
      boolean beforeCjk = end < length && Script.isCjk(text.charAt(end));
      if ((apart || beforeCjk) && !(c == '.' && marks == i + 1 && isInner(text, from, i, end))) {
        return end < length && text.charAt(end) == '\n' ? end + 1 : end;
      }
      i = marks - 1;
    }
    return whole && from < length ? length : -1;
  }

  /** The sentences of a whole text, which put together are the text. */
  public static List<String> of(String text) {
    List<String> sentences = new ArrayList<>();
    int from = 0;
    for (int end = end(text, 0, true); end > from; end = end(text, from, true)) {
      sentences.add(text.substring(from, end));
      from = end;
    }
    return sentences;
  }

  private static boolean isMark(char c) {
    return WIDE.indexOf(c) >= 0 || NARROW.indexOf(c) >= 0 || CLOSING.indexOf(c) >= 0;
  }

  /** A point that ends no sentence: of an abbreviation, an initial, or a number of a list. */
  private static boolean isInner(CharSequence text, int from, int point, int next) {
    int start = point;
    while (start > from
        && (Character.isLetterOrDigit(text.charAt(start - 1)) || isDot(text, start))) {
      start--;
    }
    String word = text.subSequence(start, point).toString();
    boolean number = !word.isEmpty() && word.chars().allMatch(Character::isDigit);
    if (number) {
      return text.subSequence(from, start).toString().isBlank();
    }
    boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
    String plain = word.replace(".", "").toLowerCase(Locale.ROOT);
    boolean counts = next < text.length() && Character.isDigit(text.charAt(next));
    return initial || ABBREVIATED.contains(plain) || counts && BEFORE_NUMBERS.contains(plain);
  }

  private static boolean isDot(CharSequence text, int start) {
    return text.charAt(start - 1) == '.';
  }
}
