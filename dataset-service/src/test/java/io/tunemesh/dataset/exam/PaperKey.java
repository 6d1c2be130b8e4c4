package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.PaperWords.pick;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One person's way of typing an answers cell. */
final class PaperKey {
  private final Random random;
  private final boolean chinese;
  private final PaperWords words;

  PaperKey(Random random, boolean chinese, PaperWords words) {
    this.random = random;
    this.chinese = chinese;
    this.words = words;
  }

  String write(List<PaperQuestion> questions, boolean reasons) {
    List<PaperQuestion> given = questions.stream().filter(q -> q.answered).toList();
    if (given.isEmpty()) {
      return pick(random, "", "【答案】", "略");
    }
    boolean letters = given.stream().allMatch(q -> q.answer != null && q.answer.length() == 1);
    String top =
        pick(
            random,
            "",
            "",
            "",
            "【答案】",
            "答案：",
            "参考答案：\n",
            "选择题：",
            "一、选择题\n",
            chinese ? "答案\n" : "Keys: ");
    return switch (reasons ? pick(random, 4, 5, 6, 9) : random.nextInt(12)) {
      case 0, 1, 2 -> top + listed(given);
      case 3 -> top + ranges(given);
      case 4 -> top + ranges(given) + explained(given);
      case 5 -> labelled(given);
      case 6 -> top + listed(given) + explained(given);
      case 7 ->
          letters && given.size() > 1 && given.size() == span(given) && given.getFirst().asked
              ? bare(given)
              : top + listed(given);
      case 8 -> letters && given.size() > 1 ? table(given) : top + ranges(given);
      default -> top + reasoned(given);
    };
  }

  private static int span(List<PaperQuestion> given) {
    return given.getLast().number - given.getFirst().number + 1;
  }

  /** {@code 1．D 2．C}, each on its line or in a row. */
  private String listed(List<PaperQuestion> given) {
    String form =
        pick(
            random,
            "#．@",
            "#．@",
            "#.@",
            "#. @",
            "#、@",
            "(#)@",
            "（#）@",
            "第#题：@",
            "第#题 @",
            "#:@",
            "#@",
            "# @",
            "#．@（3分）",
            "#. @. ",
            "#．@。",
            "#)@",
            "【#】@",
            "# ．@",
            "#.（@）",
            "#．选@",
            "#．【@】",
            "#．答案：@",
            "#、答案@",
            "#.正确答案是@");
    boolean tight = form.startsWith("(") || form.startsWith("（") || form.equals("#@");
    String gap =
        pick(random, "    ", "  ", "\n", "\n", "\t", "　", "; ", "；", "，", tight ? "" : " ");
    var out = new StringBuilder();
    for (PaperQuestion question : given) {
      boolean own = !question.isChoice() || !out.isEmpty() && afterWords;
      out.append(out.isEmpty() ? "" : own ? "\n" : gap);
      out.append(entry(form, question));
      afterWords = !question.isChoice();
    }
    afterWords = false;
    return out.toString();
  }

  private boolean afterWords;

  private String entry(String form, PaperQuestion question) {
    if (question.answer == null || !question.isChoice()) {
      String plain = form.substring(0, form.indexOf('@') < 0 ? form.length() : form.indexOf('@'));
      plain = plain.replaceAll("选|【$|答案：?$|正确答案是", "");
      plain = plain.endsWith("（") ? plain.substring(0, plain.length() - 1) : plain;
      plain = plain.equals("#") || plain.equals("# ") ? "#．" : plain;
      String said = question.isChoice() ? "见解析" : question.words;
      return plain.replace("#", "" + question.number)
          + (question.answer == null ? said : question.answer);
    }
    return form.replace("#", "" + question.number).replace("@", question.answer);
  }

  /** {@code 1-3 DCB}; answers in words follow one by one. */
  private String ranges(List<PaperQuestion> given) {
    String dash = pick(random, "-", "-", "～", "~", "—", "－", "–", "至");
    String after = pick(random, " ", "：", ":", "．", "  ", ". ", "题：", "、");
    String apart = pick(random, "", "", "", " ", "、", ",", "  ");
    var out = new StringBuilder();
    int i = 0;
    while (i < given.size()) {
      int end = i;
      while (end < given.size()
          && given.get(end).isChoice()
          && given.get(end).answer != null
          && given.get(end).number == given.get(i).number + end - i) {
        end++;
      }
      out.append(out.isEmpty() ? "" : pick(random, "\n", "\n", "    "));
      if (end > i + 1) {
        out.append(given.get(i).number)
            .append(dash)
            .append(given.get(end - 1).number)
            .append(after);
        var letters = new ArrayList<String>();
        given.subList(i, end).forEach(q -> letters.add(q.answer));
        out.append(String.join(apart, letters)).append(pick(random, "", "", "", "", "（每题3分）"));
        i = end;
      } else {
        out.append(out.isEmpty() || out.charAt(out.length() - 1) == '\n' ? "" : "\n");
        out.append(entry("#．@", given.get(i)));
        i++;
      }
    }
    return out.toString();
  }

  private String bare(List<PaperQuestion> given) {
    var letters = new ArrayList<String>();
    given.forEach(q -> letters.add(q.answer));
    return pick(random, "", "答案：") + String.join(pick(random, "", " ", "、", "  ", ","), letters);
  }

  private String table(List<PaperQuestion> given) {
    var numbers = new StringBuilder("题号");
    var letters = new StringBuilder("答案");
    for (PaperQuestion question : given) {
      numbers.append('\t').append(question.number);
      letters.append('\t').append(question.answer);
    }
    return numbers + "\n" + letters;
  }

  /** Every answer with its label and its explanation. */
  private String labelled(List<PaperQuestion> given) {
    String number = pick(random, "#．", "#. ", "【#题】", "第#题\n", "#、");
    String label = pick(random, "【答案】", "答案：", "【答案】 ", "正确答案：");
    String why = pick(random, "【解析】", "\n【解析】", "\n解析：", "\n【详解】", "  【分析】");
    var out = new StringBuilder();
    for (PaperQuestion question : given) {
      out.append(out.isEmpty() ? "" : "\n").append(number.replace("#", "" + question.number));
      out.append(label).append(question.answer == null ? said(question) : question.answer);
      if (question.isChoice()) {
        out.append(why).append(because(question));
      }
    }
    return out.toString();
  }

  private static String said(PaperQuestion question) {
    return question.answer != null ? question.answer : question.isChoice() ? "见解析" : question.words;
  }

  /** {@code 1、D（解析…）}, {@code 32. B. The underlying logic …}. */
  private String reasoned(List<PaperQuestion> given) {
    String form =
        chinese
            ? pick(
                random,
                "#、@（解析：%）",
                "#．@【解析】%",
                "#．@　%",
                "#. @。%",
                "#．@（%）",
                "第#题：@。解析：%",
                "(#)@ %")
            : pick(
                random, "#. @. %", "#. @  %", "#.@.%", "#．@【解析】%", "#. @ (%)", "#: @. %", "#.@ %");
    var out = new StringBuilder();
    for (PaperQuestion question : given) {
      out.append(out.isEmpty() ? "" : "\n");
      String plain = form.substring(0, form.indexOf('@'));
      out.append(
          question.isChoice() && question.answer != null
              ? form.replace("#", "" + question.number)
                  .replace("@", question.answer)
                  .replace("%", because(question))
              : plain.replace("#", "" + question.number) + said(question));
    }
    return out.toString();
  }

  /** The explanations after a list of all answers. */
  private String explained(List<PaperQuestion> given) {
    String head = pick(random, "【#题详解】\n", "【第#题详解】", "#．", "#题：", "第#题，");
    var out = new StringBuilder(pick(random, "\n【解析】", "\n解析：", "\n【详解】"));
    for (PaperQuestion question : given) {
      if (question.isChoice() && question.answer != null) {
        out.append('\n').append(head.replace("#", "" + question.number)).append(because(question));
      }
    }
    return out.toString();
  }

  private String because(PaperQuestion question) {
    String right = question.concluded;
    boolean other = !right.equals(question.answer);
    boolean conclude = question.answer != null && (other || random.nextBoolean());
    String text = words.explanation(random, right);
    return conclude ? text + words.conclusion(random, right) : text;
  }
}
