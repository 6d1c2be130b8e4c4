package io.tunemesh.dataset.exam;

import java.util.List;

/** Writes exam rows in their one canonical form, which a model is trained to write. */
public final class ExamText {
  private ExamText() {}

  /**
   * The questions numbered from 1, each with its options on lines {@code A. …}, then one line with
   * the answers: {@code 答案：1. B 2. C} or {@code Answers: 1. B 2. C}. There is no line break at the
   * end.
   */
  public static String write(Language language, List<Item> items) {
    var out = new StringBuilder();
    var answers = new StringBuilder(language == Language.ZH ? "答案：" : "Answers:");
    int number = 0;
    for (Item item : items) {
      number++;
      out.append(number).append(". ").append(item.stem()).append('\n');
      item.options()
          .forEach((letter, text) -> out.append(letter).append(". ").append(text).append('\n'));
      answers.append(number == 1 && language == Language.ZH ? "" : " ");
      answers.append(number).append(". ").append(item.answer());
    }
    return out.append(answers).toString();
  }

  /**
   * The reading text in the author's characters; only line breaks are made equal, and what a
   * spreadsheet leaves behind (carriage-return escapes, invisible characters) is taken out.
   */
  static String passage(String raw) {
    return passage(raw, Tally.of(raw));
  }

  /** The same of a text whose tally is known. */
  static String passage(String raw, Tally tally) {
    if (isClean(raw, tally)) {
      return raw.strip();
    }
    String lines = raw.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', '\n');
    var out = new StringBuilder(lines.length());
    for (int i = 0; i < lines.length(); i++) {
      char c = lines.charAt(i);
      if ((Glyphs.of(c) & Glyphs.INVISIBLE) == 0) {
        out.append(c);
      }
    }
    return out.toString().strip();
  }

  /** True where a raw cell holds the same passage, which is not empty. */
  static boolean isSame(String passage, String raw) {
    return raw.length() >= passage.length()
        && mayBeginWith(passage.charAt(0), raw)
        && passage.equals(passage(raw));
  }

  /** False where the first character that a passage would keep of a raw cell is another. */
  private static boolean mayBeginWith(char first, String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == first || c == '_') {
        return true;
      }
      if (!Character.isWhitespace(c) && (Glyphs.of(c) & Glyphs.INVISIBLE) == 0) {
        return false;
      }
    }
    return false;
  }

  /** True where nothing has to be taken out of a raw cell but the blanks around it. */
  static boolean isClean(String raw, Tally tally) {
    return !tally.holds(Glyphs.INVISIBLE)
        && !(tally.holds(Glyphs.PACKED) && raw.indexOf('\r') >= 0)
        && !(tally.holds(Glyphs.MARKUP) && raw.contains("_x000D_"));
  }
}
