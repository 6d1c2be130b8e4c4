package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.List;
import java.util.Random;

/** Types the answers cell: lists, ranges, bare letters, with or without explanations. */
final class FirstAnswers {
  private final Random random;
  private final DraftRow row;
  private final Phrases phrases;

  FirstAnswers(Random random, DraftRow row) {
    this.random = random;
    this.row = row;
    this.phrases = row.language == Language.ZH ? new ChinesePhrases() : new EnglishPhrases();
  }

  String type() {
    boolean whole =
        row.questions.stream().allMatch(q -> q.answered && q.answer.length() == 1 || !q.choice);
    int style = random.nextInt(whole && choicesComeFirst() ? 10 : 6);
    return switch (style) {
      case 0, 1, 2 -> list(false);
      case 3, 4 -> list(true);
      case 5 -> details();
      case 6, 7 -> range();
      case 8 -> bare();
      default -> compact();
    };
  }

  private boolean choicesComeFirst() {
    boolean words = false;
    int last = -1;
    for (DraftQuestion question : row.questions) {
      if (question.choice && words
          || question.number == null
          || last > 0 && question.number != last + 1) {
        return false;
      }
      last = question.number;
      words |= !question.choice;
    }
    return true;
  }

  private String list(boolean explained) {
    String number =
        pick(
            random,
            List.of(
                "%d．", "%d.", "%d、", "%d. ", "（%d）", "%d．【答案】", "第%d题：", "%d ", "%d: ", "%d．选"));
    String gap =
        pick(random, List.of("    ", "  ", "\n", "\t", "　", "\r\n", explained ? "\n" : " "));
    String stop = pick(random, List.of("", "", "．", ". ", "；", "。"));
    var out =
        new StringBuilder(
            pick(random, List.of("", "", "", "答案：", "【答案】", "参考答案：\n", "Answers: ", "Keys:\n")));
    for (DraftQuestion question : row.questions) {
      if (question.number != null) {
        String style = question.choice ? number : "%d．";
        out.append(style.formatted(question.number));
      }
      if (question.answered) {
        out.append(
            question.choice && random.nextInt(12) == 0 ? wide(question.answer) : question.answer);
      }
      if (question.choice && explained) {
        String link = pick(random, List.of("【解析】", " 解析：", "\n", "．", ". ", "　", "（3分）", "。"));
        out.append(link).append(phrases.explanation(random, question.answer.charAt(0)));
      } else if (question.choice) {
        out.append(stop);
      }
      out.append(
          explained && gap.isBlank() && gap.length() == 1 && gap.charAt(0) == '\t' ? "\n" : gap);
    }
    return out.toString();
  }

  private String details() {
    var out = new StringBuilder("【答案】");
    for (DraftQuestion question : row.questions) {
      out.append(question.number == null ? "" : question.number + ". ");
      out.append(question.answered ? question.answer : "").append("    ");
    }
    out.append("\n【解析】\n");
    for (DraftQuestion question : row.choices()) {
      out.append("【").append(question.number).append("题详解】\n");
      out.append(phrases.explanation(random, question.answer.charAt(0))).append("\n");
    }
    return out.toString();
  }

  private String range() {
    var choices = row.choices();
    var letters = letters(pick(random, List.of("", "", " ", "、", "  ")));
    if (choices.size() < 2) {
      return choices.getFirst().number + ". " + letters + words();
    }
    String dash = pick(random, List.of("-", "~", "～", "—", "–", "－", " - ", "至", "．-"));
    String link = pick(random, List.of(" ", "：", ": ", "．", "  ", "", "题：", ". ", "、"));
    return choices.getFirst().number + dash + choices.getLast().number + link + letters + words();
  }

  private String bare() {
    return pick(random, List.of("", "答案：", "Answers: "))
        + letters(pick(random, List.of("", " ", "、", ", ", "  ")))
        + words();
  }

  private String compact() {
    var out = new StringBuilder();
    String link = pick(random, List.of("", "-", " ", "."));
    row.choices().forEach(q -> out.append(q.number).append(link).append(q.answer));
    return out + words();
  }

  private String letters(String gap) {
    return String.join(gap, row.choices().stream().map(q -> q.answer).toList());
  }

  private String words() {
    var out = new StringBuilder();
    for (DraftQuestion question : row.questions) {
      if (!question.choice) {
        out.append(pick(random, List.of("\n", "    ")))
            .append(question.number)
            .append("．")
            .append(question.answer);
      }
    }
    return out.toString();
  }

  private static String wide(String letters) {
    var out = new StringBuilder();
    letters.chars().forEach(c -> out.append((char) (c < 0x80 && c > ' ' ? c + 0xFEE0 : c)));
    return out.toString();
  }
}
