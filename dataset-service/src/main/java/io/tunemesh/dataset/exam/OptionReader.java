package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the four options of the questions of a cell, one question after another, and refuses them
 * where they are not certain.
 */
final class OptionReader {
  /** How an option's text begins that is the next option instead; initials have a plain point. */
  private static final Pattern OTHER_OPTION =
      Pattern.compile(
          "[A-E]\\s?[、．：:)）](?![A-E](?![A-Za-z]))|[Ａ-ＥАВС]\\s?[.．、:：)）]|([A-E]\\s?[.．]\\s?){1,3}$");

  /** A marker right behind circled numbers, which an option such as ①③④ consists of. */
  private static final Pattern AFTER_SIGNS = Pattern.compile("[①-⑳]\\s?[A-EＡ-ＥАВС]\\s?[.．、。:：]");

  /** A marker of an option, and no initial of a name. */
  private static final Pattern MARKER = Pattern.compile("[A-E][.．、:：)）](?!\\s?[A-Z][.．])");

  /** How an option's text begins that is the next question instead. */
  private static final Pattern OTHER_QUESTION =
      Pattern.compile("([0-9]{1,3})[．.、:：)）]\\s*\\p{L}{3}");

  private static final int LETTERS = 4;

  private final Shadow cell;

  /** The letters in the order of the cell, counted from 0 for A. */
  private final int[] letters = new int[LETTERS];

  /** Where the text of each begins, and where the next marker does. */
  private final int[] begins = new int[LETTERS];

  private final int[] ends = new int[LETTERS];
  private final boolean answers;
  private int number;
  private int end;
  private int count;

  /**
   * @param answers false where no letter of the cell but its markers may be a named answer
   */
  OptionReader(Shadow cell, boolean answers) {
    this.cell = cell;
    this.answers = answers;
  }

  /** Turns to a question that ends at a position. */
  void turnTo(int number, int end) {
    this.number = number;
    this.end = end;
    count = 0;
  }

  /** Adds the marker of the next option of the four in the cell, from its start to its text. */
  void add(int letter, int start, int text) {
    if (count > 0) {
      ends[count - 1] = start;
    }
    letters[count] = letter;
    begins[count] = text;
    ends[count++] = end;
  }

  /** The texts of the options in the order A, B, C, D. */
  List<String> read() throws Refusing {
    int apart = 0;
    for (int begin : begins) {
      apart += isApart(begin) ? 1 : 0;
    }
    String[] texts = new String[LETTERS];
    for (int k = 0; k < LETTERS; k++) {
      texts[letters[k]] = text(k, apart == 1 && isApart(begins[k]), texts);
    }
    return List.of(texts);
  }

  private String text(int k, boolean onlyApart, String[] others) throws Refusing {
    boolean last = k == LETTERS - 1;
    char letter = (char) ('A' + letters[k]);
    int from = begins[k];
    int trimmed = cell.trimmed(from, ends[k]);
    boolean bare = cell.isBare(from, trimmed);
    boolean unbroken = bare || cell.isUnbroken(from, trimmed);
    int to = last && !unbroken ? Trailing.cut(cell, from, ends[k]) : ends[k];
    if (to < 0) {
      throw Refusing.options(
          Refusal.OPTION_UNCLEAR,
          "it is not clear whether a line after option %s of question %d belongs to it; write the"
              + " option on one line, or remove that line",
          letter,
          number);
    }
    String text =
        bare ? cell.cut(from, Math.max(from, trimmed)) : cell.slice(from, Math.max(from, to));
    if (onlyApart && MARKER.matcher(text).lookingAt()) {
      throw unclear(letter);
    }
    checkBegin(letter, text);
    if (answers && NamedAnswer.isIn(cell, from, Math.min(to, trimmed))) {
      throw foreign(letter);
    }
    if (!unbroken) {
      checkOdd(letter, text, from, to);
      if (last && Trailing.asks(cell, from, to, others)) {
        throw foreign(letter);
      }
    }
    return text;
  }

  private boolean isApart(int from) {
    char before = cell.at(from - 1);
    if (!Shadow.isBlank(before) || before == ' ' && !Shadow.isBlank(cell.at(from - 2))) {
      return false;
    }
    Place place = Place.of(cell, from);
    return place == Place.LINE || place == Place.WIDE_GAP;
  }

  private Refusing unclear(char letter) {
    return unclear(letter, number);
  }

  static Refusing unclear(char letter, int number) {
    return Refusing.options(
        Refusal.OPTION_UNCLEAR,
        "it is not clear where option %s of question %d begins; put it on a line of its own",
        letter,
        number);
  }

  private void checkBegin(char letter, String text) throws Refusing {
    boolean word = QuestionCheck.isPlainWord(text) || isCapitalized(text);
    if (word && !cell.tally().holds(Glyphs.CIRCLED)) {
      return;
    }
    if (!QuestionCheck.hasWords(text)) {
      throw Refusing.options(
          Refusal.OPTION_EMPTY, "option %s of question %d is empty", letter, number);
    }
    if (Character.isDigit(text.charAt(0)) && isNextQuestion(text)) {
      throw Refusing.options(
          Refusal.OPTION_EMPTY, "option %s of question %d is empty", letter, number);
    }
    char first = Glyphs.fold(text.charAt(0));
    boolean other = first >= 'A' && first <= 'E' && isOtherOption(text);
    if (other || holdsMarkerAfterSigns(text)) {
      throw unclear(letter);
    }
  }

  /** True for a capital and a small letter, which are no marker. */
  private static boolean isCapitalized(String text) {
    if (text.length() < 2) {
      return false;
    }
    char first = text.charAt(0);
    char second = text.charAt(1);
    return first >= 'A' && first <= 'Z' && second >= 'a' && second <= 'z';
  }

  /** Checks what only brackets and line breaks can bring into an option. */
  private void checkOdd(char letter, String text, int from, int to) throws Refusing {
    if (holdsBracketedLetter(text)) {
      throw unclear(letter);
    }
    if (Trailing.isForeign(cell, from, to)) {
      throw foreign(letter);
    }
  }

  private Refusing foreign(char letter) {
    return Refusing.options(
        Refusal.UNNUMBERED_QUESTION,
        "after option %s of question %d stands something that looks like another question or an"
            + " answer; number the question, or move the answer to the answers cell",
        letter,
        number);
  }

  private static boolean isOtherOption(String text) {
    int sign = text.length() > 1 && text.charAt(1) <= ' ' ? 2 : 1;
    return sign < text.length()
        && Signs.isStop(Glyphs.fold(text.charAt(sign)))
        && OTHER_OPTION.matcher(text).lookingAt();
  }

  private boolean isNextQuestion(String text) {
    int sign = 0;
    while (sign < text.length() && Glyphs.isDigit(text.charAt(sign))) {
      sign++;
    }
    if (sign == text.length() || !Signs.isStop(Glyphs.fold(text.charAt(sign)))) {
      return false;
    }
    Matcher question = OTHER_QUESTION.matcher(text);
    return question.lookingAt() && Integer.parseInt(question.group(1)) == number + 1;
  }

  private boolean holdsMarkerAfterSigns(String text) {
    return cell.tally().holds(Glyphs.CIRCLED) && AFTER_SIGNS.matcher(text).find();
  }

  /** True for a text with a marker such as {@code A)}, whose bracket nothing opens. */
  private static boolean holdsBracketedLetter(String text) {
    int open = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(' || c == '（') {
        open++;
      } else if (c == ')' || c == '）') {
        char letter = i == 0 ? ' ' : Glyphs.fold(text.charAt(i - 1));
        boolean alone = i < 2 || !Glyphs.isLatin(Glyphs.fold(text.charAt(i - 2)));
        if (open == 0 && letter >= 'A' && letter <= 'D' && alone) {
          return true;
        }
        open = Math.max(0, open - 1);
      }
    }
    return false;
  }
}
