package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.regex.Pattern;

/** Refuses questions that were read but cannot be what their author meant. */
final class QuestionCheck {
  /** How a Chinese paper asks for one of the options. */
  private static final Pattern ASKS_FOR_ONE =
      Pattern.compile("的一(项|组)(是|为)|的一(项|组|句|个)[\\s（()）_]*(\\d分[)）])?$");

  /** Words, a score, and words again: the end of one question and the beginning of the next. */
  private static final Pattern TWO_QUESTIONS =
      Pattern.compile(
          "[\\p{L}？。?]\\s?[（(]\\d{1,2}\\s?分[）)]\\s?(\\d{1,3}\\s?[：:．.、)）])?\\s?[\\p{L}“《]{4}");

  private static final Pattern SCORE = Pattern.compile("[\\s（(]*\\d{1,2}\\s*分[\\s）)]*");

  /** The unit of the score, its bracket and the four characters that such a match ends with. */
  private static final int SHORTEST_AFTER_SCORE = 6;

  private QuestionCheck() {}

  /** Refuses a stem that is none, lacks its options, or runs on into another question. */
  static void stem(int number, String stem, boolean choice) throws Refusing {
    if (!hasWords(stem)) {
      throw Refusing.options(
          Refusal.NO_STEM, "question %d has no words before its options", number);
    }
    if (!choice && stem.contains("的一") && ASKS_FOR_ONE.matcher(stem).find()) {
      throw Refusing.options(
          Refusal.OPTION_MISSING, "question %d asks for one of its options but has none", number);
    }
    if (choice && goesOnAfterScore(stem)) {
      throw Refusing.options(
          Refusal.UNNUMBERED_QUESTION,
          "the words of question %d go on after its score; number the question that begins there",
          number);
    }
  }

  private static boolean goesOnAfterScore(String stem) {
    int unit = stem.indexOf('分');
    while (unit >= 0 && stem.length() - unit >= SHORTEST_AFTER_SCORE) {
      if (isCounted(stem, unit)) {
        return TWO_QUESTIONS.matcher(stem).find();
      }
      unit = stem.indexOf('分', unit + 1);
    }
    return false;
  }

  /** True where a digit stands before the unit of a score, perhaps with a blank between them. */
  private static boolean isCounted(String stem, int unit) {
    int last = unit > 1 && stem.charAt(unit - 1) <= ' ' ? unit - 2 : unit - 1;
    return last >= 0 && Glyphs.isDigit(stem.charAt(last));
  }

  /** Refuses questions that stand twice, and those of which two options are the same. */
  static void repeats(List<Question> questions) throws Refusing {
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      if (!question.isChoice()) {
        continue;
      }
      if (holdsEqual(question.options())) {
        throw Refusing.options(
            Refusal.OPTION_REPEATED, "two options of question %d are the same", question.number());
      }
      if (isRepeated(questions, i)) {
        throw Refusing.options(
            Refusal.QUESTION_REPEATED,
            "question %d is the same as a question before it",
            question.number());
      }
    }
  }

  private static boolean holdsEqual(List<String> options) {
    for (int i = 1; i < options.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (options.get(i).equals(options.get(k))) {
          return true;
        }
      }
    }
    return false;
  }

  /** True where a question before this one has its stem and its options. */
  private static boolean isRepeated(List<Question> questions, int index) {
    Question question = questions.get(index);
    for (int i = 0; i < index; i++) {
      Question other = questions.get(i);
      if (other.stem().equals(question.stem()) && other.options().equals(question.options())) {
        return true;
      }
    }
    return false;
  }

  /**
   * True for a text that begins with a Chinese character or a Latin letter but a capital A to E.
   */
  static boolean isPlainWord(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    return Glyphs.isHan(first) || first >= 'a' && first <= 'z' || first > 'E' && first <= 'Z';
  }

  /** True for a text with letters, digits or signs that is more than a score. */
  static boolean hasWords(String text) {
    if (isPlainWord(text)) {
      return true;
    }
    return hasSign(text) && !isScore(text);
  }

  private static boolean isScore(String text) {
    return !Character.isLetter(text.charAt(0))
        && text.indexOf('分') >= 0
        && SCORE.matcher(text).matches();
  }

  private static boolean hasSign(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetterOrDigit(c) || Character.isSurrogate(c) || c > 0x2000 && c < 0x3000) {
        return true;
      }
    }
    return false;
  }
}
