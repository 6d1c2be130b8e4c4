package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Types as a teacher who pastes from papers: brackets for the answer, scores, headings, no rules.
 */
final class SecondTypist implements Typist {
  private final Random random;

  SecondTypist(Random random) {
    this.random = random;
  }

  @Override
  public String options(DraftRow row) {
    boolean chinese = row.language == Language.ZH;
    var out = new StringBuilder(random.nextInt(4) == 0 ? heading(chinese) : "");
    int shape = random.nextInt(12);
    int letters = random.nextInt(9);
    int layout = random.nextInt(6);
    boolean glued =
        chinese && shape != 4 && letters != 7 && random.nextInt(5) == 0 && endsWide(row);
    for (DraftQuestion question : row.questions) {
      if (!out.isEmpty() && !glued && out.charAt(out.length() - 1) != '\n') {
        out.append(pick(random, List.of("\n", "\r\n", "\n\n", "\n　　", "\n\t")));
      }
      out.append(number(question.number, shape));
      out.append(stem(question.stem, chinese));
      var options = new ArrayList<>(question.options);
      if (options.size() == 4 && random.nextInt(12) == 0) {
        options.add(1, options.remove(2));
      }
      int torn = random.nextInt(40);
      for (int i = 0; i < options.size(); i++) {
        out.append(separator(layout, i, glued, torn == i));
        out.append(letter(options.get(i).letter(), letters));
        out.append(options.get(i).text());
        if (random.nextInt(20) == 0 && !glued) {
          out.append(pick(random, List.of("\u3000", "\u200b", "\ufeff", " \u00a0", "\t")));
        }
      }
    }
    return out.append(pick(random, List.of("", "\n", "\n\n\n", "  ", "_x000D_\n"))).toString();
  }

  private static boolean endsWide(DraftRow row) {
    return row.questions.stream()
        .flatMap(q -> q.options.stream())
        .allMatch(o -> !o.text().isEmpty() && o.text().charAt(o.text().length() - 1) > 0x2E80);
  }

  private String heading(boolean chinese) {
    return pick(
        random,
        chinese
            ? List.of(
                "一、现代文阅读（36分）\n（一）论述类文本阅读（本题共3小题，9分）\n阅读下面的文字，完成1-3题。\n",
                "（一）阅读下面的文字，完成1～5小题。（19分）\n",
                "【题目】\n",
                "二、阅读下面的文字，完成4—6题。\n")
            : List.of(
                "阅读下列短文，从每题所给的A、B、C、D四个选项中，选出最佳选项，并在答题卡上将该项涂黑。\n",
                "第一节（共15小题；每小题2分，满分30分）\nD\n",
                "Read the passage and answer questions 32-35.\n",
                "(B)\n"));
  }

  private String number(Integer number, int shape) {
    if (number == null) {
      return "";
    }
    return switch (shape) {
      case 0 -> "（   ）" + number + ". ";
      case 1 -> "(    )" + number + "．";
      case 2 -> "第" + number + "题：";
      case 3 -> number + ".（3分）";
      case 4 -> number + " ";
      case 5 -> number + "、";
      case 6 -> "Question " + number + ": ";
      case 7 -> wide(String.valueOf(number)) + "．";
      case 8 -> "[" + number + "] ";
      case 9 -> number <= 20 ? String.valueOf((char) (0x2488 + number - 1)) : number + ".";
      case 10 -> "第 " + number + " 题 ";
      default -> number + (random.nextBoolean() ? "." : "．") + (random.nextBoolean() ? " " : "");
    };
  }

  private String letter(char letter, int style) {
    return switch (style) {
      case 0 -> letter + "．";
      case 1 -> letter + "、";
      case 2 -> letter + ". ";
      case 3 -> "（" + letter + "）";
      case 4 -> "[" + letter + "] ";
      case 5 -> (char) (letter - 'A' + 'Ａ') + "．";
      case 6 -> letter + (random.nextBoolean() ? "." : "．") + (random.nextInt(3) == 0 ? "\t" : "");
      case 7 -> letter + "。";
      default -> (random.nextInt(3) == 0 ? lookalike(letter) : letter) + ". ";
    };
  }

  private static char lookalike(char letter) {
    return letter < 'D' ? "АВС".charAt(letter - 'A') : letter;
  }

  private String separator(int layout, int index, boolean glued, boolean torn) {
    if (glued) {
      return torn ? "\n" : "";
    }
    String gap = pick(random, List.of("   ", "\t", "　　", "     \u00a0"));
    return switch (layout) {
      case 0, 1 -> torn ? "\n\n" : pick(random, List.of("\n", "\n", "\r\n", "\n  "));
      case 2 -> index % 2 == 0 ? "\n" : gap;
      case 3 -> index == 0 ? "\n" : gap;
      case 4 -> torn ? "  " : "_x000D_\n";
      default -> index == 0 ? "\n" : index == 2 && torn ? "\n" : " ";
    };
  }

  private String stem(String stem, boolean chinese) {
    if (random.nextInt(15) > 0 || stem.length() < 14) {
      return stem;
    }
    int at = chinese ? 9 : stem.indexOf(' ', 8);
    if (at < 0 || chinese && (stem.charAt(at) < 0x2E80 || stem.charAt(at - 1) < 0x2E80)) {
      return stem;
    }
    return stem.substring(0, at) + "\n" + stem.substring(chinese ? at : at + 1);
  }

  private static String wide(String digits) {
    var out = new StringBuilder();
    digits.chars().forEach(c -> out.append((char) (c + 0xFEE0)));
    return out.toString();
  }

  @Override
  public String answers(DraftRow row) {
    return new SecondAnswers(random, row).type();
  }
}
