package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Turns the cells of one exam row into questions. A row is kept only when it can be read in one way
 * and every kept question is whole; otherwise it is refused with the cell and what to mend. The
 * work is linear in the length of the cells.
 *
 * <p>A stem is kept as it was typed, with its score, such as （3分）, and the brackets for the answer:
 * the author's words are what a row is compared with and traced back to, a score that was cut off
 * could not be had back, and 【2020】 or (3 points) may as well be a part of the question.
 */
public final class ExamReader {
  /** Three spreadsheet cells' worth; a longer cell holds more than one reading. */
  static final int LONGEST_CELL = 100_000;

  private static final Set<String> PLACEHOLDERS =
      Set.of(
          "同上", "见上", "略", "无", "暂无", "n/a", "na", "null", "none", "nan", "-", "--", "/", "ditto");

  /** How a row is read. */
  enum Road {
    SHORT_WHERE_ORDINARY,
    ALWAYS_FULL
  }

  private ExamReader() {}

  /** Reads one row; it never throws, whatever the cells hold. */
  public static ExamRow read(ExamCells cells) {
    return read(cells, Road.SHORT_WHERE_ORDINARY);
  }

  /** Reads one row by a given road; every road leads to the same. */
  static ExamRow read(ExamCells cells, Road road) {
    try {
      return keep(cells, road);
    } catch (Refusing refusing) {
      return refusing.refused();
    }
  }

  private static ExamRow.Kept keep(ExamCells cells, Road road) throws Refusing {
    checkHeader(cells);
    checkFilled(ExamColumn.TEXT, cells.text());
    checkFilled(ExamColumn.OPTIONS, cells.options());
    checkFilled(ExamColumn.ANSWERS, cells.answers());
    Shadow options = Shadow.of(cells.options());
    Shadow answers = Shadow.of(cells.answers());
    List<Question> questions = questions(cells, options, answers, road);
    Tally tally = Tally.of(cells.text());
    String text = ExamText.passage(cells.text(), tally);
    checkText(text, cells);
    char[] letters = AnswerReader.read(answers, questions, road);
    var items = new ArrayList<Item>(questions.size());
    var leftOut = new ArrayList<ExamRow.Note>();
    for (int i = 0; i < letters.length; i++) {
      Question question = questions.get(i);
      if (question.isChoice()) {
        items.add(item(question, letters[i]));
      } else {
        leftOut.add(
            new ExamRow.Note(
                question.number(),
                question.stem(),
                "it has no options, so it is no choice question"));
      }
    }
    long lead = ExamText.isClean(cells.text(), tally) ? tally.lead() : Tally.of(text).lead();
    Language language = Language.of(lead + options.tally().lead());
    return new ExamRow.Kept(language, text, items, leftOut);
  }

  private static List<Question> questions(
      ExamCells cells, Shadow options, Shadow answers, Road road) throws Refusing {
    try {
      return QuestionReader.read(options, road);
    } catch (Refusing refusing) {
      List<Question> unnumbered = UnnumberedQuestions.read(options, answers);
      if (!unnumbered.isEmpty()) {
        return unnumbered;
      }
      if (QuestionReader.looksLikeQuestions(answers)) {
        throw Refusing.of(
            Refusal.WRONG_COLUMN,
            ExamColumn.OPTIONS,
            "the questions stand in the answers cell; exchange the options and the answers");
      }
      if (cells.text().length() <= LONGEST_CELL
          && QuestionReader.looksLikeQuestions(Shadow.of(cells.text()))) {
        throw Refusing.of(
            Refusal.WRONG_COLUMN,
            ExamColumn.OPTIONS,
            "the questions stand in the text cell; move them to the options cell");
      }
      throw refusing;
    }
  }

  private static Item item(Question question, char answer) {
    var options = new LetteredTexts(question.options());
    return new Item(question.number(), question.stem(), options, answer);
  }

  private static void checkHeader(ExamCells cells) throws Refusing {
    if (ExamColumns.named(cells.options()) == ExamColumn.OPTIONS
        && ExamColumns.named(cells.answers()) == ExamColumn.ANSWERS) {
      throw Refusing.of(
          Refusal.HEADER_ROW, ExamColumn.TEXT, "this row repeats the header; remove it");
    }
  }

  private static void checkFilled(ExamColumn column, String content) throws Refusing {
    if (content.length() > LONGEST_CELL && column != ExamColumn.TEXT) {
      throw Refusing.of(
          Refusal.CELL_TOO_LONG,
          column,
          "the %s cell has %d characters; one reading has at most %d",
          column.key(),
          content.length(),
          LONGEST_CELL);
    }
    if (content.length() > 64 && !content.isBlank() || holdsDigit(content)) {
      return;
    }
    String bare = Shadow.of(content).slice().toLowerCase(Locale.ROOT);
    if (ErrorValues.isOne(bare)) {
      throw Refusing.of(
          Refusal.ERROR_VALUE,
          column,
          "the %s cell holds the spreadsheet error %s; mend its formula",
          column.key(),
          content.strip());
    }
    if (bare.isBlank() || PLACEHOLDERS.contains(bare)) {
      throw Refusing.of(
          Refusal.EMPTY_CELL, column, "the %s cell is empty; fill it in", column.key());
    }
  }

  /**
   * True for a digit that stands in none of the words above, nor in what a spreadsheet writes for a
   * character.
   */
  private static boolean holdsDigit(String content) {
    for (int i = 0; i < content.length(); i++) {
      if (content.charAt(i) >= '1' && content.charAt(i) <= '8') {
        return true;
      }
    }
    return false;
  }

  private static void checkText(String text, ExamCells cells) throws Refusing {
    if (letters(text) < 2) {
      throw Refusing.of(Refusal.EMPTY_CELL, ExamColumn.TEXT, "the text cell holds no words");
    }
    if (ExamText.isSame(text, cells.options()) || ExamText.isSame(text, cells.answers())) {
      throw Refusing.of(
          Refusal.WRONG_COLUMN,
          ExamColumn.TEXT,
          "the text cell repeats another cell of the row; put the reading text there");
    }
  }

  /** The number of letters, as far as two. */
  private static int letters(String text) {
    int letters = 0;
    for (int i = 0; i < text.length() && letters < 2; i++) {
      letters += Character.isLetter(text.codePointAt(i)) ? 1 : 0;
    }
    return letters;
  }
}
