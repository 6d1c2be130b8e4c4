package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/** A teacher who types whole papers: one habit for each row, with slips of the hand inside it. */
final class ThirdTypist implements Typist {
  enum Layout {
    LINES,
    PAIRS,
    ROW,
    INLINE,
    ONE_LINE,
    GLUED,
    TORN,
    AUTO_NUMBERED
  }

  private static final List<String> NUMBERS =
      List.of(
          "#．", "#．", "#.", "#.", "#. ", "#、", "#、", "（#）", "(#)", "#)", "#）", "【#】", "第#题 ",
          "第#题：", "#。", "#：", "#: ", "#，", "[#]", "# ．", "# . ");
  private static final List<String> LETTERS =
      List.of(
          "@．", "@．", "@.", "@. ", "@. ", "@、", "@、", "（@）", "(@)", "(@) ", "@)", "@）", "@：", "@:",
          "【@】", "[@] ", "@ ．", "@ . ", "@，", "@。");
  private static final List<String> BARE_LETTERS = List.of("@ ", "@\t", "@\u3000");

  private final Random random;
  private final DraftRow row;
  private final Layout layout;
  private final String numberMark;
  private final String letterMark;
  private final boolean slips;
  private final ThirdAnswers answers;

  ThirdTypist(DraftRow row, Random random) {
    this.random = random;
    this.row = row;
    boolean onlyChoices = row.questions.stream().allMatch(q -> q.choice) && countsUp(row);
    Layout wanted = Phrases.pick(random, List.of(Layout.values()));
    boolean auto = wanted == Layout.AUTO_NUMBERED && onlyChoices && random.nextInt(2) == 0;
    layout = wanted == Layout.AUTO_NUMBERED && !auto ? Layout.LINES : wanted;
    boolean open = layout == Layout.LINES || layout == Layout.INLINE;
    numberMark =
        open && random.nextInt(12) == 0
            ? Phrases.pick(random, List.of("# ", "#\t"))
            : Phrases.pick(random, NUMBERS);
    letterMark =
        layout == Layout.LINES && random.nextInt(12) == 0
            ? Phrases.pick(random, BARE_LETTERS)
            : Phrases.pick(random, LETTERS);
    slips = random.nextInt(3) > 0;
    answers = new ThirdAnswers(row.language, random, slips, layout == Layout.AUTO_NUMBERED);
    if (layout == Layout.AUTO_NUMBERED && answers.habit() == ThirdAnswers.Habit.BARE) {
      for (int i = 0; i < row.questions.size(); i++) {
        row.questions.get(i).number = i + 1;
      }
    }
  }

  private static boolean countsUp(DraftRow row) {
    Integer first = row.questions.getFirst().number;
    for (int i = 0; i < row.questions.size(); i++) {
      Integer number = row.questions.get(i).number;
      if (first == null || number == null || number != first + i) {
        return false;
      }
    }
    return true;
  }

  static DraftRow invent(Language language, Random random) {
    Phrases phrases = language == Language.ZH ? new ThirdChinese() : new ThirdEnglish();
    int number = Phrases.pick(random, List.of(1, 1, 1, 4, 7, 21, 24, 28, 32, 36));
    int choices = 3 + random.nextInt(2);
    int words = random.nextInt(language == Language.ZH ? 2 : 5) == 0 ? 1 + random.nextInt(3) : 0;
    var kinds = new ArrayList<>(Collections.nCopies(choices, true));
    kinds.addAll(Collections.nCopies(words, false));
    if (random.nextInt(3) == 0) {
      Collections.shuffle(kinds, random);
    }
    var questions = new ArrayList<DraftQuestion>();
    var seen = new HashSet<String>();
    for (boolean choice : kinds) {
      String stem = choice ? phrases.stem(random) : phrases.shortStem(random);
      while (!seen.add(stem)) {
        stem = choice ? phrases.stem(random) : phrases.shortStem(random);
      }
      questions.add(
          choice
              ? DraftQuestion.choice(
                  number, stem, phrases.options(random), (char) ('A' + random.nextInt(4)))
              : DraftQuestion.words(number, stem, phrases.shortAnswer(random)));
      number++;
    }
    return new DraftRow(language, phrases.passage(random), questions);
  }

  @Override
  public String shape() {
    return layout + "/" + answers.habit();
  }

  @Override
  public String answers(DraftRow of) {
    return answers.type(of);
  }

  @Override
  public String options(DraftRow of) {
    var out = new StringBuilder(layout == Layout.AUTO_NUMBERED ? "" : heading());
    String between =
        switch (layout) {
          case ONE_LINE -> Phrases.pick(random, List.of("   ", "\t", "  ", " \u3000"));
          case GLUED -> row.language == Language.ZH ? "" : " ";
          default ->
              Phrases.pick(random, List.of("\n", "\n", "\r\n", "\n\n", " \n", "\n\u3000\u3000"));
        };
    for (DraftQuestion question : of.questions) {
      if (question != of.questions.getFirst()) {
        out.append(between);
      }
      type(question, out);
    }
    return out.append(Phrases.pick(random, List.of("", "", "\n", " ", "\u00a0"))).toString();
  }

  private String heading() {
    if (layout == Layout.ONE_LINE || layout == Layout.GLUED || random.nextInt(8) > 0) {
      return "";
    }
    return row.language == Language.ZH
        ? Phrases.pick(
            random,
            List.of(
                "阅读下面的文字，完成下面小题。\n",
                "（一）现代文阅读Ⅰ（本题共5小题，17分）\n",
                "一、论述类文本阅读（本题共3小题，9分）\n",
                "阅读下面的文字，完成1～3题。\n"))
        : Phrases.pick(
            random, List.of("阅读理解\n", "Reading Comprehension\n", "Passage Two\n", "Questions:\n"));
  }

  private void type(DraftQuestion question, StringBuilder out) {
    if (question.number != null && layout != Layout.AUTO_NUMBERED) {
      out.append(slip(numberMark.replace("#", "" + question.number)));
    }
    boolean tornStem = layout == Layout.TORN && random.nextInt(4) == 0;
    out.append(tornStem ? tear(question.stem) : question.stem);
    if (!question.choice) {
      if (numberMark.indexOf('(') < 0 && numberMark.indexOf('（') < 0 && random.nextInt(4) == 0) {
        question.stem += parts(out);
      }
      return;
    }
    var options = new ArrayList<>(question.options);
    if (options.size() == 4 && random.nextInt(6) == 0) {
      Collections.swap(options, 1, 2);
    }
    out.append(afterStem());
    String gap =
        Phrases.pick(random, List.of("    ", "\t", "  ", "\u3000\u3000", " ", "\u00a0\u00a0"));
    for (int i = 0; i < options.size(); i++) {
      if (i > 0) {
        out.append(gap(i, gap));
      }
      out.append(slip(letterMark.replace("@", "" + options.get(i).letter())));
      String text = options.get(i).text();
      out.append(layout == Layout.TORN && random.nextInt(3) == 0 ? tear(text) : text);
    }
  }

  private String parts(StringBuilder out) {
    String parts =
        row.language == Language.ZH
            ? "\n（1）请写出A的含义。（2分）\n（2）请说明理由。（2分）"
            : "\n(1) What is it about?\n(2) Why do you think so?";
    if (layout == Layout.ONE_LINE || layout == Layout.GLUED) {
      parts = parts.replace("\n", " ");
    }
    out.append(parts);
    return parts;
  }

  private String afterStem() {
    return switch (layout) {
      case INLINE, ONE_LINE -> Phrases.pick(random, List.of("  ", "\t", " "));
      case GLUED -> row.language == Language.ZH ? "" : " ";
      default -> Phrases.pick(random, List.of("\n", "\n", "\n\n", "\r\n", " \n", "\n  "));
    };
  }

  private String gap(int at, String gap) {
    return switch (layout) {
      case LINES, TORN, AUTO_NUMBERED ->
          random.nextInt(12) == 0 ? " \n\t" : random.nextInt(15) == 0 ? "\n\n" : "\n";
      case PAIRS -> at == 2 ? "\n" : gap;
      case GLUED -> row.language == Language.ZH ? "" : " ";
      default -> gap;
    };
  }

  private String tear(String text) {
    if (text.length() < 4) {
      return text;
    }
    int at = 1 + random.nextInt(text.length() - 2);
    if (row.language == Language.ZH) {
      boolean wide = text.charAt(at) > 0x2e80 && text.charAt(at - 1) > 0x2e80;
      return !wide ? text : text.substring(0, at) + "\n" + text.substring(at);
    }
    int space = text.indexOf(' ', at);
    return space < 0 ? text : text.substring(0, space) + "\n" + text.substring(space + 1);
  }

  private String slip(String mark) {
    return slips ? ThirdSlips.mark(mark, random) : mark;
  }
}
