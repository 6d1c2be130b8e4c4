package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How examples are shown to a model and how its answer is taken apart: an exam as its text and its
 * questions in their canonical form, all else as a JSON object of the recipe's fields.
 */
final class Specimen {

  /** The answer is no JSON object. */
  static final String NO_JSON = "no_json";

  /** The answer lacks the parts of an exam. */
  static final String FORM_BROKEN = "form_broken";

  private static final ObjectReader STRICT = Json.MAPPER.reader();

  /** Fields whose cells hold JSON. */
  private static final Set<String> NESTED = Set.of(Form.MESSAGES, "history");

  /** Fields that a model could only invent. */
  private static final Set<String> NEVER = Set.of("uuid");

  private static final Pattern FENCE =
      Pattern.compile("```[a-zA-Z]*\\R(.*?)\\R?```", Pattern.DOTALL);
  private static final Pattern QUESTIONS = Pattern.compile("(?im)^\\s*\\[questions\\]\\s*$");
  private static final Pattern TEXT = Pattern.compile("(?im)^\\s*\\[text\\]\\s*$");
  private static final Pattern ANSWERS = Pattern.compile("(?im)^\\s*(?:答案|answers?)\\s*[:：]");

  private Specimen() {}

  /** The fields as the model is shown them. */
  static String write(Form form, Map<String, String> fields) {
    if (form.isExam()) {
      return "[text]\n%s\n[questions]\n%s\n%s"
          .formatted(fields.get("text"), fields.get("options"), fields.get("answers"));
    }
    ObjectNode object = Json.MAPPER.createObjectNode();
    fields.forEach(
        (key, value) -> {
          if (!NEVER.contains(key)) {
            object.set(key, NESTED.contains(key) ? json(value) : object.textNode(value));
          }
        });
    return object.toString();
  }

  /** The example that a model wrote, or why it is none. */
  static Attempt read(Form form, String answer) {
    String text = unfenced(answer);
    if (form.isExam()) {
      return exam(form, text);
    }
    JsonNode object = json(text, '{', '}');
    if (object == null || !object.isObject()) {
      return new Attempt.Dropped(NO_JSON);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull() && !NEVER.contains(field.getKey())) {
                fields.put(field.getKey(), Form.text(field.getValue()));
              }
            });
    return form.read(fields);
  }

  /** The texts of the JSON list that a model wrote; null if it is none. */
  static List<String> texts(String answer) {
    JsonNode list = json(unfenced(answer), '[', ']');
    return list == null || !list.isArray()
        ? null
        : list.valueStream().map(text -> text.isTextual() ? text.textValue() : "").toList();
  }

  private static String unfenced(String answer) {
    Matcher fence = FENCE.matcher(answer);
    return fence.find() ? fence.group(1) : answer;
  }

  private static Attempt exam(Form form, String text) {
    Matcher questions = QUESTIONS.matcher(text);
    if (!questions.find()) {
      return new Attempt.Dropped(FORM_BROKEN);
    }
    Matcher begin = TEXT.matcher(text).region(0, questions.start());
    String passage = text.substring(begin.find() ? begin.end() : 0, questions.start()).strip();
    String rest = text.substring(questions.end());
    List<Integer> answers = ANSWERS.matcher(rest).results().map(result -> result.start()).toList();
    if (answers.isEmpty()) {
      return new Attempt.Dropped(FORM_BROKEN);
    }
    return form.read(
        Map.of(
            "text",
            passage,
            "options",
            rest.substring(0, answers.getLast()).strip(),
            "answers",
            rest.substring(answers.getLast()).strip()));
  }

  private static JsonNode json(String text, char begin, char end) {
    int from = text.indexOf(begin);
    int to = text.lastIndexOf(end);
    return from < 0 || to < from ? null : json(text.substring(from, to + 1));
  }

  private static JsonNode json(String text) {
    try {
      return STRICT.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
