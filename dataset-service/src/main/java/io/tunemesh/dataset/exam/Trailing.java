package io.tunemesh.dataset.exam;

import java.util.regex.Pattern;

/** What stands after a question's last option without belonging to it. */
final class Trailing {
  private static final WordList ASKING =
      WordList.of(
          "请", "试", "结合", "根据", "阅读", "简要", "概括", "分析", "谈谈", "联系", "下列", "依据", "从文中", "如何");
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

  private static final Pattern SECTION =
      Pattern.compile("\\(?[一二三四五六七八九十]{1,2}[、.)].*|(?i:passage [a-h\\d].{0,3})");

  private Trailing() {}

  /** The end of an option's own text: headings and instructions on lines after it are cut off. */
  static int cut(Shadow cell, int from, int to) {
    for (int p = from; p < to; p++) {
      if (cell.at(p) == '\n'
          && cell.skipBlanks(p) < to
          && isHeading(cell, cell.skipBlanks(p), to)) {
        return p;
      }
    }
    return to;
  }

  private static boolean isHeading(Shadow cell, int line, int to) {
    int end = lineEnd(cell, line, to);
    String text = cell.plain(line, end).strip();
    if (text.isEmpty() || text.length() > 120) {
      return false;
    }
    boolean instruction =
        text.startsWith("阅读") && (text.contains("完成") || text.contains("回答"))
            || text.startsWith("Read the ");
    boolean section = text.length() < 40 && (SECTION.matcher(text).matches());
    return instruction || section;
  }

  /**
   * True when the text holds a score, an answer, or, after the last option, a further question;
   * where the other options ask as well, a question mark proves nothing.
   */
  static boolean isForeign(Shadow cell, int from, int to, boolean last, boolean askingOptions) {
    boolean lineBroken = false;
    for (int p = from; p < to; p++) {
      char c = cell.at(p);
      if (c > '[') {
        continue;
      }
      if (c == '(' && scoreEnd(cell, p + 1) > 0) {
        return true;
      }
      if (c == '\n' || c == '[') {
        int line = c == '\n' ? cell.skipBlanks(p) : p;
        if (line < to && ANSWERING.endAt(cell, line) > 0) {
          return true;
        }
        lineBroken |= c == '\n' && last && isQuestionLine(cell, p, line, to, askingOptions);
      }
    }
    return lineBroken;
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
      Shadow cell, int lineBreak, int line, int to, boolean askingOptions) {
    int before = cell.visibleBefore(lineBreak);
    boolean ended = before >= 0 && ".?!。;".indexOf(cell.at(before)) >= 0;
    int end = to;
    while (end > line && Shadow.isBlank(cell.at(end - 1))) {
      end--;
    }
    if (line >= end) {
      return false;
    }
    boolean begins = ended || Character.isUpperCase(cell.at(line));
    boolean asks = begins && "?:_".indexOf(cell.at(end - 1)) >= 0 && !askingOptions;
    return asks || ended && ASKING.endAt(cell, line) > 0;
  }

  private static int lineEnd(Shadow cell, int from, int to) {
    int p = from;
    while (p < to && cell.at(p) != '\n') {
      p++;
    }
    return p;
  }
}
