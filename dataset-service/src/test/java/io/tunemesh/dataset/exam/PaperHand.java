package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.PaperWords.pick;

import java.util.List;
import java.util.Random;

/** One person's way of typing an options cell: numbers, letters, layout, breaks and slips. */
final class PaperHand {
  private enum Layout {
    LINES,
    ROW,
    PAIRS,
    COLUMNS,
    GLUED
  }

  private final Random random;
  private final boolean chinese;
  private final PaperWords words;
  private final String number;
  private final String letter;
  private final Layout layout;
  private final String gap;
  private final String pairGap;
  private final String line;
  private final double slips;
  private final boolean tightStem;

  PaperHand(Random random, boolean chinese, PaperWords words) {
    this.random = random;
    this.chinese = chinese;
    this.words = words;
    this.number =
        chinese
            ? pick(
                random, "#．", "#．", "#．", "#.", "#. ", "#、", "#、", "（#）", "(#)", "#）", "第#题 ",
                "第#题：", "【#】", "（   ）#．", "# ．", "第#题．", "#．　")
            : pick(
                random,
                "#. ",
                "#. ",
                "#. ",
                "#.",
                "#．",
                "#、",
                "(#) ",
                "Q#. ",
                "Question #: ",
                "#) ",
                "(   )#. ",
                "（  ）#．",
                "#.\u00A0",
                "#．  ");
    this.letter =
        chinese
            ? pick(
                random, "@．", "@．", "@．", "@.", "@. ", "@、", "@、", "（@）", "(@)", "【@】", "@：", "@）",
                "@ ．", "@．　")
            : pick(
                random,
                "@. ",
                "@. ",
                "@. ",
                "@.",
                "@．",
                "@．",
                "@、",
                "(@) ",
                "[@] ",
                "@) ",
                "@）",
                "@.\u00A0",
                "@: ");
    this.layout =
        pick(
            random,
            Layout.LINES,
            Layout.LINES,
            Layout.LINES,
            Layout.ROW,
            Layout.PAIRS,
            Layout.COLUMNS,
            chinese && !letter.startsWith("@）") ? Layout.GLUED : Layout.ROW);
    this.gap =
        pick(
            random,
            "\t",
            "  ",
            "    ",
            "\u00A0\u00A0\u00A0",
            "　　",
            "\t\t",
            " \u2003 ",
            chinese ? "　" : " ");
    this.pairGap = pick(random, "\t", "    ", "\t\t", "　　　", "\u00A0\u00A0\u00A0\u00A0");
    this.line = pick(random, "\n", "\n", "\n", "\r\n", "\n\n", "_x000D_\n", " \n", "\n　　");
    this.slips = random.nextInt(3) == 0 ? 0.15 : 0;
    this.tightStem = layout != Layout.LINES && random.nextInt(3) == 0;
  }

  String write(List<PaperQuestion> questions) {
    var out = new StringBuilder();
    if (random.nextInt(4) == 0) {
      int last = questions.getLast().number;
      out.append(words.heading(random, questions.getFirst().number, last)).append(line);
    }
    boolean oneLine = layout == Layout.ROW && random.nextInt(6) == 0;
    for (PaperQuestion question : questions) {
      if (question.asked) {
        out.append(
            out.isEmpty() || out.charAt(out.length() - 1) == '\n' ? "" : oneLine ? "    " : line);
        out.append(one(question));
      }
    }
    return out.append(pick(random, "", "", "\n", "  ", "\u00A0")).toString();
  }

  private String one(PaperQuestion question) {
    var out = new StringBuilder();
    if (question.numbered) {
      String digits = String.valueOf(question.number);
      out.append(number.replace("#", slips > 0 && random.nextInt(4) == 0 ? wide(digits) : digits));
    }
    out.append(question.stem.replace("\n", line.contains("\r") ? "\r\n" : "\n"));
    if (question.parts.isEmpty()) {
      return out.toString();
    }
    out.append(tightStem ? (layout == Layout.GLUED ? "" : gap) : line);
    for (int i = 0; i < question.parts.size(); i++) {
      boolean columns = layout == Layout.COLUMNS && question.parts.size() == 4;
      PaperQuestion.Part part = question.parts.get(columns ? new int[] {0, 2, 1, 3}[i] : i);
      if (i > 0) {
        out.append(between(i, out.charAt(out.length() - 1)));
      }
      if (part.letter() != null) {
        out.append(marker(part.letter()));
      }
      out.append(layout == Layout.LINES ? wrap(part.text()) : part.text());
    }
    return out.toString();
  }

  private String between(int index, char before) {
    return switch (layout) {
      case LINES -> line;
      case ROW -> gap;
      case PAIRS, COLUMNS -> index % 2 == 1 ? pairGap : line;
      case GLUED -> before < 0x2000 ? "  " : "";
    };
  }

  private String marker(String which) {
    String marker = letter;
    if (random.nextDouble() < slips
        && marker.length() <= 3
        && "．.、".indexOf(marker.charAt(1)) >= 0) {
      marker = pick(random, "@．", "@.", "@、", "@。");
    }
    String typed = which;
    if (random.nextDouble() < slips) {
      int at = "ABC".indexOf(which);
      typed = at >= 0 && random.nextBoolean() ? "АВС".substring(at, at + 1) : wide(which);
    }
    return marker.replace("@", typed);
  }

  /** Breaks an option somewhere in its middle, as a narrow column makes people do. */
  private String wrap(String text) {
    if (text.length() < 16 || random.nextInt(12) > 0) {
      return text;
    }
    int at = text.length() / 2;
    if (!chinese) {
      at = text.indexOf(' ', at);
      boolean marker = at < 0 || text.substring(at + 1).matches("(?s)[A-G0-9].*");
      return marker ? text : text.substring(0, at) + '\n' + text.substring(at + 1);
    }
    boolean han = Glyphs.isHan(text.charAt(at)) && Glyphs.isHan(text.charAt(at - 1));
    return han ? text.substring(0, at) + '\n' + text.substring(at) : text;
  }

  private static String wide(String plain) {
    var out = new StringBuilder();
    plain.chars().forEach(c -> out.append((char) (c + 0xFEE0)));
    return out.toString();
  }
}
