package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.List;
import java.util.Random;

/** Types answers as they are pasted from keys: tables, scores, long explanations, two ranges. */
final class SecondAnswers {
  private final Random random;
  private final DraftRow row;
  private final Phrases phrases;

  SecondAnswers(Random random, DraftRow row) {
    this.random = random;
    this.row = row;
    this.phrases = row.language == Language.ZH ? new ChinesePhrases() : new EnglishPhrases();
  }

  String type() {
    boolean plain =
        row.questions.stream()
            .allMatch(q -> q.number != null && (!q.choice || q.answered && q.answer.length() == 1));
    return switch (random.nextInt(plain && isSequence() ? 9 : 3)) {
      case 0 -> scored();
      case 1 -> explained();
      case 2 -> lines();
      case 3 -> table();
      case 4 -> groups();
      case 5 -> listed();
      case 6 -> repeated();
      case 7 -> concluded();
      default -> joined();
    };
  }

  private boolean isSequence() {
    for (int i = 1; i < row.questions.size(); i++) {
      if (row.questions.get(i).number != row.questions.get(i - 1).number + 1) {
        return false;
      }
    }
    return true;
  }

  private String scored() {
    var out = new StringBuilder(pick(random, List.of("", "参考答案：\n", "【参考答案】")));
    for (DraftQuestion q : row.questions) {
      out.append(q.number == null ? "" : q.number + ".").append(q.answered ? q.answer : "");
      out.append(q.choice ? pick(random, List.of("（3分）", " (3分)", "。（3 分）")) : "").append('\n');
    }
    return out.toString();
  }

  private String explained() {
    String head = pick(random, List.of("%d．（3分）", "%d．", "%d. ", "（%d）", "%d、答案：", "%d．【答案】"));
    var out = new StringBuilder();
    for (DraftQuestion q : row.questions) {
      out.append(q.number == null ? "" : (q.choice ? head : "%d．").formatted(q.number));
      out.append(q.answered ? q.answer : "");
      if (q.choice) {
        out.append(
            pick(
                random, List.of("\n【解析】", "  ", "【详解】", "\n解析：", ". ", "。", "\n试题分析：", "  [解析] ")));
        out.append(phrases.explanation(random, q.answer.charAt(0)));
        if (random.nextBoolean()) {
          out.append(pick(random, List.of("\n", "")))
              .append(phrases.explanation(random, q.answer.charAt(0)));
        }
      }
      out.append('\n');
    }
    return out.toString();
  }

  private String lines() {
    String head =
        pick(
            random,
            List.of("第%d题  ", "%d：", "%d)", "%d—", "%d\t", "%d ．", "Q%d: ", "%d→", "%d.  "));
    var out = new StringBuilder();
    for (DraftQuestion q : row.questions) {
      out.append(q.number == null ? "" : (q.choice ? head : "%d．").formatted(q.number));
      out.append(q.answered ? q.answer : "")
          .append(pick(random, List.of("\n", "\r\n", "_x000D_\n", "；\n")));
    }
    return out.toString();
  }

  private String table() {
    var numbers = new StringBuilder("题号");
    var letters = new StringBuilder("\n答案");
    row.choices()
        .forEach(
            q -> {
              numbers.append("\t").append(q.number);
              letters.append("\t").append(q.answer);
            });
    return isRun() ? numbers + letters.toString() + words() : scored();
  }

  private boolean isRun() {
    var choices = row.choices();
    return choices.size() > 1
        && choices.getLast().number - choices.getFirst().number == choices.size() - 1;
  }

  private String groups() {
    var choices = row.choices();
    if (!isRun() || choices.size() < 4) {
      return scored();
    }
    return run(choices.subList(0, 2))
        + pick(random, List.of("   ", "\n", "；", "，"))
        + run(choices.subList(2, choices.size()))
        + words();
  }

  private static String run(List<DraftQuestion> part) {
    var out = new StringBuilder(part.getFirst().number + "-" + part.getLast().number + " ");
    part.forEach(q -> out.append(q.answer));
    return out.toString();
  }

  private String listed() {
    var out = new StringBuilder(pick(random, List.of("Keys: ", "Key to reading: ", "答案: ", "")));
    String gap = pick(random, List.of("，", "；", ", ", "; ", "、", "/", " "));
    row.choices()
        .forEach(
            q ->
                out.append(q.number)
                    .append(pick(random, List.of(".", "．", ". ")))
                    .append(q.answer)
                    .append(gap));
    return out.substring(0, out.length() - gap.length()) + words();
  }

  private String repeated() {
    var out = new StringBuilder();
    row.choices().forEach(q -> out.append(q.number).append(".").append(q.answer).append("  "));
    for (DraftQuestion q : row.questions) {
      out.append("\n").append(q.number).append("．").append(q.answer);
      out.append(q.choice ? "【解析】" + phrases.explanation(random, q.answer.charAt(0)) : "");
    }
    return out.toString();
  }

  private String concluded() {
    if (row.choices().size() < 2) {
      return scored();
    }
    var out = new StringBuilder();
    for (DraftQuestion q : row.questions) {
      out.append("【")
          .append(q.number)
          .append("题详解】\n")
          .append(q.choice ? "本题考查筛选信息的能力，其余各项与原文一致。故选" + q.answer + "。" : q.answer)
          .append("\n");
    }
    return out.toString();
  }

  private String joined() {
    var out = new StringBuilder();
    row.choices()
        .forEach(
            q -> out.append(q.number).append(q.answer).append(pick(random, List.of("", " ", ","))));
    return out + words();
  }

  private String words() {
    var out = new StringBuilder();
    row.questions.stream()
        .filter(q -> !q.choice)
        .forEach(q -> out.append("\n").append(q.number).append("．").append(q.answer));
    return out.toString();
  }
}
