package io.tunemesh.dataset.exam;

import java.util.regex.Pattern;

/** What stands after a question's last option without belonging to it. */
final class Trailing {
  private static final WordList ASKING =
      WordList.of(
          "请", "试", "结合", "根据", "阅读", "简要", "概括", "分析", "谈谈", "联系", "下列", "依据", "从文中", "如何");

  /** Of these, what begins a question though the words before it end without a full stop. */
  private static final WordList DEMANDING = WordList.of("请", "试", "结合", "下列", "从文中");

  /** Words that begin like those, and go on with what was said before. */
  private static final WordList TELLING =
      WordList.of("请求", "请教", "试图", "试验", "试探", "结合了", "结合在", "结合起来", "结合点");

  private static final Pattern QUESTION_WORD = Pattern.compile("什么|怎|何|哪|谁|多少|几|是否|吗|呢");

  private static final WordList ANSWERING =
      WordList.of(
          "[答案",
          "答案:",
          "[解析",
          "解析:",
          "[详解",
          "[分析",
          "[点睛",
          "answer:",
          "answers:",
          "key:",
          "explanation:");

  private static final WordList INSTRUCTING = WordList.of("阅读下面", "阅读下列", "阅读以下");

  private static final Pattern SECTION = Pattern.compile("\\(?[一二三四五六七八九十]{1,2}[、.)].*");

  private static final Pattern PASSAGE = Pattern.compile("(?i:passage [a-h\\d].{0,3})");

  /** What tells which questions to do, and not that something is done by reading. */
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "阅读.*(完成|回答).*(\\d\\s?\\)?\\s?题|小题|各题).*"
              + "|阅读(下面|下列|以下).*(完成|回答).*题.*"
              + "|阅读.*(选出|最佳选项|每题).*"
              + "|Read the .*(answer|choose|question).*");

  /** What is in every instruction, and in other words as well. */
  private static final Pattern LOOSE = Pattern.compile("完成|回答|选出|最佳选项|每题");

  private static final int LONGEST_HEADING = 120;

  private Trailing() {}

  /**
   * The end of an option's own text: headings and instructions on lines after it are cut off. -1
   * where a line may be one, and may as well be the rest of the option's own words.
   */
  static int cut(Shadow cell, int from, int to) {
    for (int p = from; p < to; p++) {
      int begin = cell.at(p) == '\n' ? cell.skipBlanks(p) : to;
      if (begin < to) {
        String line = line(cell, begin, to);
        boolean passage = PASSAGE.matcher(line).matches();
        if (isHeading(line) || passage && endsSentence(cell, p)) {
          return p;
        }
        if (passage || mayInstruct(line)) {
          return -1;
        }
        p = begin;
      }
    }
    return to;
  }

  /** The visible characters of the line that begins at a position; none of a long line. */
  private static String line(Shadow cell, int begin, int to) {
    String line = cell.plain(begin, lineEnd(cell, begin, to)).strip();
    return line.length() > LONGEST_HEADING ? "" : line;
  }

  private static boolean isHeading(String line) {
    boolean section = line.length() < 40 && SECTION.matcher(line).matches();
    return section || mayInstruct(line) && INSTRUCTION.matcher(line).matches();
  }

  private static boolean mayInstruct(String line) {
    return line.startsWith("Read the ") || line.startsWith("阅读") && LOOSE.matcher(line).find();
  }

  /** True when the text holds a score, an answer, or what is to be read. */
  static boolean isForeign(Shadow cell, int from, int to) {
    for (int p = from; p < to; p++) {
      char c = cell.at(p);
      if (c == '(' && scoreEnd(cell, p + 1) > 0) {
        return true;
      }
      int line = c == '\n' ? cell.skipBlanks(p) : c == '[' ? p : to;
      if (line < to
          && (ANSWERING.endAt(cell, line) > 0 || c == '\n' && INSTRUCTING.endAt(cell, line) > 0)) {
        return true;
      }
    }
    return false;
  }

  /**
   * True when a further question stands on a line of the last option. Where the other options ask
   * as well, a question mark proves nothing, and where one of them ends with a full stop, the last
   * goes on until it has one.
   *
   * @param others the texts of the other options, and null for the last
   */
  static boolean asks(Shadow cell, int from, int to, String[] others) {
    boolean asking = anyEnds(others, "?？");
    boolean stopped = anyEnds(others, ".．。?？!！;；");
    for (int p = from; p < to; p++) {
      if (cell.at(p) == '\n' && isQuestionLine(cell, p, to, asking, stopped)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyEnds(String[] texts, String signs) {
    for (String text : texts) {
      if (text != null && !text.isEmpty() && signs.indexOf(text.charAt(text.length() - 1)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The end of a score such as {@code 3分)} that begins here, or -1. */
  static int scoreEnd(Shadow cell, int at) {
    int digits = cell.skipSpaces(at);
    int p = digits;
    while (Glyphs.isDigit(cell.at(p)) && p - digits < 3) {
      p++;
    }
    int unit = cell.skipSpaces(p);
    int close = cell.skipSpaces(unit + 1);
    return p > digits && cell.at(unit) == '分' && cell.at(close) == ')' ? close + 1 : -1;
  }

  private static boolean isQuestionLine(
      Shadow cell, int lineBreak, int to, boolean asking, boolean stopped) {
    boolean ended = endsSentence(cell, lineBreak);
    int line = cell.skipBlanks(lineBreak);
    int end = cell.trimmed(line, to);
    if (line >= end) {
      return false;
    }
    boolean begins = ended || Character.isUpperCase(cell.at(line));
    char sign = cell.at(end - 1);
    boolean asks =
        begins && "?:_".indexOf(sign) >= 0 || sign == '?' && isChineseQuestion(cell, line, end);
    boolean demands = !stopped && DEMANDING.endAt(cell, line) > 0 && TELLING.endAt(cell, line) < 0;
    return asks && !asking || demands || ended && ASKING.endAt(cell, line) > 0;
  }

  /** An option's own words may be torn before their last ones and end with a question mark. */
  private static boolean isChineseQuestion(Shadow cell, int line, int end) {
    return Glyphs.isHan(cell.at(line)) && QUESTION_WORD.matcher(cell.plain(line, end)).find();
  }

  private static boolean endsSentence(Shadow cell, int lineBreak) {
    int before = cell.visibleBefore(lineBreak);
    return before >= 0 && ".?!。;".indexOf(cell.at(before)) >= 0;
  }

  private static int lineEnd(Shadow cell, int from, int to) {
    int p = from;
    while (p < to && cell.at(p) != '\n') {
      p++;
    }
    return p;
  }
}
