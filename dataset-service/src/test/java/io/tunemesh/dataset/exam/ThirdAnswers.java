package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.Random;

/** How the teacher types the answers of a row. */
final class ThirdAnswers {
  enum Habit {
    LIST,
    EXPLAINED,
    LABELLED,
    RANGE,
    RANGE_EXPLAINED,
    LIST_EXPLAINED,
    BARE
  }

  private static final List<String> NUMBERS =
      List.of(
          "#．", "#．", "#.", "#. ", "#、", "（#）", "(#)", "#)", "#：", "#: ", "第#题：", "#", "# ", "#—",
          "【#】", "#-");
  private static final List<String> GAPS =
      List.of("    ", "  ", " ", "\t", "\n", "\u3000", "\r\n", "\u00a0\u00a0", "；", ", ");

  private final Language language;
  private final Random random;
  private final boolean slips;
  private final Habit habit;
  private final Phrases phrases;

  ThirdAnswers(Language language, Random random, boolean slips, boolean autoNumbered) {
    this.language = language;
    this.random = random;
    this.slips = slips;
    this.phrases = language == Language.ZH ? new ThirdChinese() : new ThirdEnglish();
    habit =
        autoNumbered
            ? Phrases.pick(random, List.of(Habit.LIST, Habit.RANGE, Habit.BARE))
            : Phrases.pick(random, List.of(Habit.values()));
  }

  Habit habit() {
    return habit;
  }

  String type(DraftRow row) {
    String out =
        switch (habit) {
          case LIST -> list(row, true);
          case EXPLAINED, LABELLED -> explained(row);
          case RANGE -> ranges(row);
          case RANGE_EXPLAINED -> ranges(row) + notes(row);
          case LIST_EXPLAINED -> list(row, true) + notes(row);
          case BARE -> bare(row);
        };
    return (random.nextInt(8) == 0
            ? Phrases.pick(random, List.of("答案：", "【答案】", "参考答案：\n", "答案\n", "【参考答案】 "))
            : "")
        + out;
  }

  private String list(DraftRow row, boolean words) {
    String mark = Phrases.pick(random, NUMBERS);
    String gap = Phrases.pick(random, GAPS);
    String points = language == Language.ZH && random.nextInt(10) == 0 ? "（3分）" : "";
    String letter = Phrases.pick(random, List.of("@", "@", "@", "@", "(@)", "（@）", "@．", "@项"));
    var out = new StringBuilder();
    for (DraftQuestion question : row.questions) {
      if (!question.answered || !words && !question.choice) {
        continue;
      }
      if (!out.isEmpty()) {
        out.append(question.choice ? gap : "\n");
      }
      if (question.choice) {
        out.append(number(mark, question))
            .append(slip(letter.replace("@", question.answer)))
            .append(points);
      } else {
        out.append(number(mark.length() == 1 ? "#．" : mark, question)).append(question.answer);
      }
    }
    return out.toString();
  }

  private String explained(DraftRow row) {
    String mark = Phrases.pick(random, NUMBERS.subList(0, 11));
    String gap = Phrases.pick(random, List.of("\n", "\n", "   ", "\r\n", "\n\n"));
    String form =
        habit == Habit.LABELLED
            ? Phrases.pick(
                random,
                List.of("【答案】@【解析】~", "答案：@。解析：~", "【答案】@\n【解析】~", "选@。~", "答案@  详解：~", "故选@。~"))
            : Phrases.pick(
                random,
                List.of("@ ~", "@．~", "@. ~", "@【解析】~", "@（~）", "@  解析：~", "@\n【详解】~", "@。~"));
    var out = new StringBuilder();
    for (DraftQuestion question : row.questions) {
      if (question.answered) {
        out.append(out.isEmpty() ? "" : gap).append(number(mark, question));
        if (question.choice) {
          char right = question.answer.charAt(0);
          out.append(
              form.replace("@", slip(question.answer))
                  .replace("~", phrases.explanation(random, right)));
        } else {
          out.append(question.answer);
        }
      }
    }
    return out.toString();
  }

  private String ranges(DraftRow row) {
    String dash = Phrases.pick(random, List.of("-", "—", "~", "～", "－", "–", "至", "--", " - "));
    String after = Phrases.pick(random, List.of(" ", " ", "", "：", ": ", "．", "  "));
    String between = Phrases.pick(random, List.of("", "", " ", "  ", "、", ", "));
    var out = new StringBuilder();
    List<DraftQuestion> all = row.questions;
    for (int i = 0; i < all.size(); i++) {
      DraftQuestion first = all.get(i);
      if (!first.answered) {
        continue;
      }
      out.append(out.isEmpty() ? "" : Phrases.pick(random, List.of("\n", "   ", "\n")));
      if (!first.choice) {
        out.append(number("#．", first)).append(first.answer);
        continue;
      }
      int last = i;
      while (last + 1 < all.size() && follows(all.get(last), all.get(last + 1))) {
        last++;
      }
      if (last == i) {
        out.append(number("#．", first)).append(slip(first.answer));
        continue;
      }
      out.append(slip("" + first.number)).append(dash).append(slip("" + all.get(last).number));
      out.append(after);
      for (int k = i; k <= last; k++) {
        out.append(k == i ? "" : between).append(slip(all.get(k).answer));
      }
      i = last;
    }
    return out.toString();
  }

  private static boolean follows(DraftQuestion a, DraftQuestion b) {
    return b.choice
        && b.answered
        && a.number != null
        && b.number != null
        && b.number == a.number + 1;
  }

  private String notes(DraftRow row) {
    var out = new StringBuilder(Phrases.pick(random, List.of("\n【解析】", "\n解析：", "\n【详解】\n")));
    String mark = Phrases.pick(random, List.of("#．", "#. ", "（#）", "第#题，", "【#题详解】"));
    for (DraftQuestion question : row.questions) {
      if (question.choice && question.number != null && question.answered) {
        out.append(mark.replace("#", "" + question.number))
            .append(phrases.explanation(random, question.answer.charAt(0)))
            .append("\n");
      }
    }
    return out.toString();
  }

  private String bare(DraftRow row) {
    if (row.questions.stream().anyMatch(q -> !q.choice)) {
      return list(row, true);
    }
    String between = Phrases.pick(random, List.of("", " ", "  ", "、", "，", ", ", "\n", "\t"));
    var out = new StringBuilder();
    for (DraftQuestion question : row.questions) {
      if (question.answered) {
        out.append(out.isEmpty() ? "" : between).append(slip(question.answer));
      }
    }
    return out.toString();
  }

  private String number(String mark, DraftQuestion question) {
    return question.number == null ? "" : slip(mark.replace("#", "" + question.number));
  }

  private String slip(String mark) {
    return slips ? ThirdSlips.mark(mark, random) : mark;
  }
}
