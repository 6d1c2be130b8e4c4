package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Types a row with mixed widths, layouts, spaces and look-alikes. */
final class FirstTypist implements Typist {
  private static final List<String> NUMBERS =
      List.of(
          "%d．",
          "%d.",
          "%d、",
          "%d. ",
          "%d ．",
          "%d． ",
          "（%d）",
          "(%d) ",
          "第%d题 ",
          "%d) ",
          "Q%d. ",
          "%d.\u00a0",
          "%d。",
          "%d:",
          "%d．\t");
  private static final List<String> LETTERS =
      List.of(
          "%s．",
          "%s.",
          "%s、",
          "%s. ",
          "%s．　",
          "(%s) ",
          "（%s）",
          "【%s】",
          "%s) ",
          "%s: ",
          "%s：",
          "%s ．",
          "%s.\u00a0",
          "%s）");
  private static final List<String> GAPS =
      List.of("  ", "    ", "\t", "　　", "\u00a0\u00a0\u00a0", " \t ");

  private final Random random;

  FirstTypist(Random random) {
    this.random = random;
  }

  @Override
  public String options(DraftRow row) {
    var out = new StringBuilder();
    boolean chinese = row.language == Language.ZH;
    if (random.nextInt(5) == 0) {
      out.append(
          pick(
              random,
              chinese
                  ? List.of("阅读下面的文字，完成1~3题。\n", "（一）现代文阅读Ⅰ（本题共5小题，19分）\n", "阅读下面的文字，完成下面小题。\r\n")
                  : List.of(
                      "阅读下列短文，从每题所给的A、B、C、D四个选项中选出最佳选项。\n",
                      "Choose the best answer from A, B, C and D.\n",
                      "C\n",
                      "Passage 3\n")));
    }
    String numberStyle = pick(random, NUMBERS);
    String letterStyle = pick(random, LETTERS);
    int layout = random.nextInt(7);
    boolean oneLine = random.nextInt(8) == 0;
    String lineEnd =
        pick(random, List.of("\n", "\n", "\n", "\r\n", "_x000D_\n", " \n", "\n\n", "\n  "));
    boolean odd = random.nextInt(6) == 0;
    boolean wide = random.nextInt(8) == 0;
    boolean lower = random.nextInt(25) == 0;
    boolean mixing = random.nextInt(3) == 0;
    boolean wrap = random.nextInt(5) == 0;
    for (DraftQuestion question : row.questions) {
      if (question.number != null) {
        String style =
            mixing && random.nextInt(3) == 0 ? pick(random, NUMBERS.subList(0, 6)) : numberStyle;
        String number = style.formatted(question.number);
        out.append(wide ? widen(number) : number);
      }
      out.append(noisy(question.stem, row.language));
      var options = new ArrayList<>(question.options);
      if (options.size() == 4 && layout < 3 && random.nextInt(6) == 0) {
        options.add(1, options.remove(2));
      }
      String gap = pick(random, GAPS);
      for (int i = 0; i < options.size(); i++) {
        boolean line = layout < 4 || layout == 4 && i % 2 == 0 || layout >= 5 && i == 0;
        out.append(
            oneLine ? between(chinese) : line ? lineEnd : layout == 6 && !oneLine ? " " : gap);
        String style =
            mixing && random.nextInt(3) == 0 ? pick(random, LETTERS.subList(0, 4)) : letterStyle;
        String letter = String.valueOf(options.get(i).letter());
        if (lower) {
          letter = letter.toLowerCase(java.util.Locale.ROOT);
        } else if (odd && random.nextInt(3) == 0) {
          letter = pick(random, lookalikes(letter.charAt(0)));
        }
        String marker = style.formatted(letter);
        out.append(wide ? widen(marker) : marker);
        String text = options.get(i).text();
        out.append(
            wrap && random.nextInt(3) == 0
                ? wrapped(text, row.language)
                : noisy(text, row.language));
      }
      out.append(oneLine ? between(chinese) : lineEnd);
    }
    return out.toString();
  }

  private String between(boolean chinese) {
    return chinese
        ? pick(random, List.of(" ", "  ", "　"))
        : pick(random, List.of("  ", "\t", " \u00a0"));
  }

  private String noisy(String text, Language language) {
    int kind = random.nextInt(14);
    if (kind == 0) {
      return text + pick(random, List.of(" ", "  ", "\u00a0", "\u200b", "　"));
    }
    if (kind == 1 && language == Language.EN) {
      return text.replaceFirst(" ", pick(random, List.of("  ", "\u00a0", "   ")));
    }
    if (kind == 2 && language == Language.ZH && text.length() > 8) {
      return text.substring(0, 5) + "\u200b" + text.substring(5);
    }
    return text;
  }

  private String wrapped(String text, Language language) {
    if (language == Language.EN) {
      int at = text.indexOf(' ', text.length() / 2);
      return at < 0 || text.length() < 25
          ? text
          : text.substring(0, at) + "\n" + text.substring(at + 1);
    }
    if (text.length() < 12) {
      return text;
    }
    int at = 6 + random.nextInt(text.length() - 9);
    while (at < text.length() - 1 && (text.charAt(at) < 0x2E80 || text.charAt(at - 1) < 0x2E80)) {
      at++;
    }
    return text.substring(0, at) + "\n" + text.substring(at);
  }

  private static String widen(String marker) {
    var out = new StringBuilder();
    for (char c : marker.toCharArray()) {
      boolean alphanumeric = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
      out.append(alphanumeric ? (char) (c + 0xFEE0) : c);
    }
    return out.toString();
  }

  private static List<String> lookalikes(char letter) {
    return switch (letter) {
      case 'A' -> List.of("А", "Α", "Ａ", "Ⓐ");
      case 'B' -> List.of("В", "Β", "Ｂ", "Ⓑ");
      case 'C' -> List.of("С", "Ｃ", "Ⓒ");
      case 'D' -> List.of("Ｄ", "D", "Ⓓ");
      default -> List.of(String.valueOf(letter));
    };
  }

  @Override
  public String answers(DraftRow row) {
    return new FirstAnswers(random, row).type();
  }
}
