package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.dataset.exam.Language;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Has a model say in other words what an example asks: straight, or by another language and back.
 * What the example answers stays as it is, and so must its numbers.
 */
final class Rewriter {

  /** The other words are the same ones. */
  static final String UNCHANGED = "unchanged";

  /** A number is there no more, or is new, or counts something else: the answer may be wrong. */
  static final String NUMBERS_CHANGED = "numbers_changed";

  private static final Pattern NUMBER = Pattern.compile("(?:(?<![\\p{L}\\d.])-)?\\d+(?:\\.\\d+)?");

  /** A number and the word behind it, which it is likely to count. */
  private static final Pattern COUNTED = Pattern.compile("(" + NUMBER + ")\\s*(\\p{L}+)");

  private static final Pattern THOUSANDS =
      Pattern.compile("(?<=\\d)[.,\\u00a0\\u202f\\uff0c](?=\\d{3}(?!\\d))");

  private static final String PARAPHRASE =
      """
      You write training data. Say the %d texts of the JSON list below in other words. Keep their \
      meaning, language, names and numbers, so that the right answer to them stays the same.%s
      Answer with a JSON list of as many texts in the same order, without any other words.
      """;

  private static final String PARAPHRASE_ZH =
      """
      你负责编写训练数据。请换一种说法改写下面 JSON 列表中的 %d 段文字。\
      保持原意、语言、名称和数字不变，使正确答案不变。%s
      只输出一个 JSON 列表，段数和顺序与原来相同，不要输出其他内容。
      """;

  private static final String TRANSLATE =
      """
      Translate the %d texts of the JSON list below into %s. Keep names and numbers.%s
      Answer with a JSON list of as many texts in the same order, without any other words.
      """;

  private static final String TRANSLATE_ZH =
      """
      请把下面 JSON 列表中的 %d 段文字翻译成%s。保持名称和数字不变。%s
      只输出一个 JSON 列表，段数和顺序与原来相同，不要输出其他内容。
      """;

  private final Step step;
  private final Questions questions;

  Rewriter(Step step, Form form) {
    this.step = step;
    this.questions = new Questions(form);
  }

  /** The texts as the model is shown them; empty where there are none. */
  String written(Seed seed) {
    List<String> texts = asking(seed);
    return texts.isEmpty() ? "" : Json.MAPPER.valueToTree(texts).toString();
  }

  /**
   * The first question of an example.
   *
   * @param shown its texts, and behind them those of others that show how such texts sound
   */
  ObjectNode body(Seed seed, List<String> shown, int number) {
    boolean chinese = seed.language() == Language.ZH;
    if (step.method() == Method.BACK_TRANSLATION) {
      return translation(seed, step.wish().through(), number, shown.getFirst());
    }
    StringBuilder prompt =
        new StringBuilder(
            (chinese ? PARAPHRASE_ZH : PARAPHRASE)
                .formatted(asking(seed).size(), Request.instruction(step)));
    if (shown.size() > 1) {
      prompt.append(chinese ? "\n改写后的文字应与这些文字风格一致：\n" : "\nThey should sound like these texts:\n");
      shown.subList(1, shown.size()).forEach(other -> prompt.append(other).append('\n'));
    }
    prompt.append(chinese ? "\n要改写的列表：\n" : "\nThe list:\n").append(shown.getFirst());
    return Request.body(step, prompt.toString(), number);
  }

  /** The second question, which the first one's answer is put behind; null where there is none. */
  ObjectNode then(Seed seed, int number) {
    if (step.method() != Method.BACK_TRANSLATION) {
      return null;
    }
    String home = seed.language() == Language.ZH ? "中文" : "English";
    return translation(seed, home, number, "");
  }

  private ObjectNode translation(Seed seed, String into, int number, String list) {
    String prompt =
        (seed.language() == Language.ZH ? TRANSLATE_ZH : TRANSLATE)
            .formatted(asking(seed).size(), into, Request.instruction(step));
    return Request.body(step, prompt + "\n" + list, number);
  }

  /** The example in the words of a model's answer, or why there is none. */
  Attempt read(Seed seed, String answer) {
    List<String> before = asking(seed);
    List<String> said = Specimen.texts(answer);
    if (said == null) {
      return new Attempt.Dropped(Specimen.NO_JSON);
    }
    if (said.size() != before.size() || said.stream().anyMatch(String::isBlank)) {
      return new Attempt.Dropped(Specimen.FORM_BROKEN);
    }
    if (letters(said).equals(letters(before))) {
      return new Attempt.Dropped(UNCHANGED);
    }
    if (!numbers(said).equals(numbers(before)) || isCountedElsewise(said, before)) {
      return new Attempt.Dropped(NUMBERS_CHANGED);
    }
    List<String> texts = new ArrayList<>();
    int next = 0;
    for (String text : questions.texts(seed)) {
      texts.add(text.isBlank() ? text : said.get(next++).strip());
    }
    return questions.example(seed, texts);
  }

  private List<String> asking(Seed seed) {
    return questions.texts(seed).stream().filter(text -> !text.isBlank()).toList();
  }

  private static List<String> letters(List<String> texts) {
    return texts.stream().map(Letters.AND_SIGNS::of).toList();
  }

  /** The numbers in their order of size, each as often as it is there. */
  private static List<String> numbers(List<String> texts) {
    return NUMBER.matcher(plain(texts)).results().map(MatchResult::group).sorted().toList();
  }

  /** Whether a word that stands behind numbers in both has other numbers before it. */
  private static boolean isCountedElsewise(List<String> said, List<String> before) {
    Map<String, List<String>> now = counted(said);
    Map<String, List<String>> then = counted(before);
    return now.entrySet().stream()
        .anyMatch(
            entry -> {
              List<String> numbers = then.get(entry.getKey());
              return numbers != null && !numbers.equals(entry.getValue());
            });
  }

  private static Map<String, List<String>> counted(List<String> texts) {
    return COUNTED
        .matcher(plain(texts))
        .results()
        .sorted(Comparator.comparing(found -> found.group(1)))
        .collect(
            Collectors.groupingBy(
                found -> found.group(2).toLowerCase(Locale.ROOT),
                Collectors.mapping(found -> found.group(1), Collectors.toList())));
  }

  /** In one width, with one minus and digits of one script, and without marks of thousands. */
  private static String plain(List<String> texts) {
    StringBuilder plain = new StringBuilder();
    Normalizer.normalize(
            THOUSANDS.matcher(String.join("\n", texts)).replaceAll(""), Normalizer.Form.NFKC)
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .map(c -> c >= 0x2010 && c <= 0x2013 || c == 0x2212 ? '-' : c)
        .forEach(plain::appendCodePoint);
    return THOUSANDS.matcher(plain).replaceAll("");
  }
}
