package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.exam.Language;
import java.util.List;
import java.util.Set;

/** Words a request for one more example, with those that it is to be like. */
final class Request {

  /** How freely the model chooses its words where a specification says nothing. */
  private static final double TEMPERATURE = 0.8;

  private static final int MOST_LABELS = 50;

  private static final String ENGLISH =
      """
      You write training data. Here %s, in a fixed form. Write one more in exactly the same form. \
      It must be about something else, and its answer must be right.%s%s
      Answer with the new example alone, without any other words.
      """;

  private static final String CHINESE =
      """
      你负责编写训练数据。下面有 %s 个示例，格式固定。请按照完全相同的格式再写一个。\
      内容不能与示例重复，答案必须正确。%s%s
      只输出新的示例，不要输出其他内容。
      """;

  private Request() {}

  /**
   * The body of a chat completion.
   *
   * @param shown the examples as the model is shown them, at least one
   * @param labels the classes that there are; empty where there are none
   * @param seed makes the same request draw the same answer where the engine can
   */
  static ObjectNode body(
      Step step, Language language, List<String> shown, Set<String> labels, int seed) {
    return body(step, prompt(step, language, shown, labels), seed);
  }

  /** The body of a chat completion that asks {@code prompt}. */
  static ObjectNode body(Step step, String prompt, int seed) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", step.wish().model());
    body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    Double temperature = step.wish().temperature();
    body.put("temperature", temperature == null ? TEMPERATURE : temperature);
    return body.put("seed", seed);
  }

  /** What a user wants to be told besides, on a line of its own; empty if nothing. */
  static String instruction(Step step) {
    return step.wish().instruction() == null ? "" : "\n" + step.wish().instruction().strip();
  }

  private static String prompt(
      Step step, Language language, List<String> shown, Set<String> labels) {
    boolean chinese = language == Language.ZH;
    boolean listed = !labels.isEmpty() && labels.size() <= MOST_LABELS;
    String classes =
        !listed
            ? ""
            : (chinese ? "\n标签只能是：" : "\nThe label is one of: ") + String.join(", ", labels);
    String instruction = instruction(step);
    StringBuilder prompt = new StringBuilder();
    if (chinese) {
      prompt.append(CHINESE.formatted(shown.size(), instruction, classes));
    } else {
      String count = shown.size() == 1 ? "is an example" : "are " + shown.size() + " examples";
      prompt.append(ENGLISH.formatted(count, instruction, classes));
    }
    for (int i = 0; i < shown.size(); i++) {
      prompt.append(chinese ? "\n示例 " : "\nExample ").append(i + 1).append(":\n");
      prompt.append(shown.get(i)).append('\n');
    }
    return prompt.toString();
  }
}
