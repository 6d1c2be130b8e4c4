package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.job.JobFields;
import io.tunemesh.inference.predict.PredictionSpec.Output;
import io.tunemesh.inference.predict.PredictionSpec.Task;
import io.tunemesh.inference.turn.Greedy;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.template.BrokenTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A request for a table job.
 *
 * @param metadata may be null
 */
record PredictionRequest(
    String file, PredictionSpec spec, Duration time, Map<String, String> metadata) {

  private static final Set<String> FIELDS =
      Set.of(
          "file",
          "model",
          "recipe",
          "template",
          "system",
          "columns",
          "settings",
          "language",
          "task",
          "labels",
          "parameters",
          "output",
          "completion_window",
          "metadata");
  private static final Set<String> OWN = Set.of("model", "messages", "input", "stream", "n");

  /**
   * Reads a request.
   *
   * @throws Refusal for the first thing that cannot be
   */
  static PredictionRequest read(ObjectNode body) {
    JobFields.only(body, FIELDS);
    String file = JobFields.needed(body, "file", "the id of an uploaded table");
    String model = JobFields.needed(body, "model", "the name of a served model or an alias");
    String named = JobFields.optional(body, "recipe");
    KnownRecipe recipe = named == null ? null : recipe(named);
    String template = JobFields.optional(body, "template");
    if (recipe == null && template == null) {
      throw Refusal.invalid(
          "missing_required_parameter",
          "Give 'recipe' (%s), or a 'template' with {column} where a cell belongs."
              .formatted(KnownRecipe.names()),
          "template");
    }
    List<String> labels = texts(body.path("labels"), "labels");
    PredictionSpec spec =
        new PredictionSpec(
            model,
            named,
            template,
            JobFields.optional(body, "system"),
            pairs(body.path("columns"), "columns", recipe == null ? null : recipe.columns()),
            pairs(body.path("settings"), "settings", recipe == null ? List.of() : recipe.settings),
            language(body),
            task(body),
            labels == null ? recipe == null ? List.of() : recipe.labels : labels,
            parameters(body.path("parameters")),
            output(body.path("output"), recipe),
            JobFields.optional(body, "completion_window"));
    checkTemplate(spec);
    return new PredictionRequest(file, spec, JobFields.window(body), JobFields.metadata(body));
  }

  private static KnownRecipe recipe(String name) {
    return KnownRecipe.named(name)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "invalid_recipe",
                    "'recipe' is one of %s; for another prompt write a 'template'."
                        .formatted(KnownRecipe.names()),
                    "recipe"));
  }

  private static void checkTemplate(PredictionSpec spec) {
    try {
      Question.of(spec);
    } catch (BrokenTemplate e) {
      throw Refusal.invalid("invalid_template", e.getMessage(), "template");
    }
  }

  private static String language(JsonNode body) {
    String language = JobFields.optional(body, "language");
    if (language != null && !language.equals("zh") && !language.equals("en")) {
      throw Refusal.invalid("invalid_value", "'language' is zh or en.", "language");
    }
    return language;
  }

  private static Task task(JsonNode body) {
    String task = JobFields.optional(body, "task");
    if (task == null) {
      return Task.CHAT;
    }
    for (Task each : Task.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(task)) {
        return each;
      }
    }
    throw Refusal.invalid("invalid_value", "'task' is chat or classify.", "task");
  }

  private static ObjectNode parameters(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return Greedy.question();
    }
    if (given instanceof ObjectNode object) {
      for (String own : OWN) {
        if (object.has(own)) {
          throw Refusal.invalid(
              "invalid_value",
              "'parameters.%s' is not yours to give; the job makes it.".formatted(own),
              "parameters." + own);
        }
      }
      return object;
    }
    throw Refusal.invalid("invalid_value", "'parameters' must be an object.", "parameters");
  }

  private static Output output(JsonNode given, KnownRecipe recipe) {
    if (!given.isMissingNode() && !given.isObject()) {
      throw Refusal.invalid("invalid_value", "'output' must be an object.", "output");
    }
    if (given instanceof ObjectNode object) {
      JobFields.only(object, Set.of("columns", "answer", "probability", "bom"));
    }
    String answer = JobFields.optional(given, "answer");
    if (answer == null) {
      answer = recipe == null ? "answer" : recipe.answer;
    }
    List<String> columns = texts(given.path("columns"), "output.columns");
    String probability = JobFields.optional(given, "probability");
    if (columns != null && columns.contains(answer) || answer.equals(probability)) {
      throw Refusal.invalid(
          "invalid_value",
          "The column '%s' would stand twice; name the answer otherwise.".formatted(answer),
          "output.answer");
    }
    if (columns != null && probability != null && columns.contains(probability)) {
      throw Refusal.invalid(
          "invalid_value",
          "The column '%s' would stand twice; name the probability otherwise."
              .formatted(probability),
          "output.probability");
    }
    return new Output(columns, answer, probability, given.path("bom").asBoolean());
  }

  private static List<String> texts(JsonNode given, String field) {
    if (given.isMissingNode() || given.isNull()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : given) {
      if (!each.isTextual() || each.asText().isBlank() || texts.contains(each.asText())) {
        throw wrongList(field);
      }
      texts.add(each.asText());
    }
    if (!given.isArray()) {
      throw wrongList(field);
    }
    return List.copyOf(texts);
  }

  private static Refusal wrongList(String field) {
    return Refusal.invalid(
        "invalid_value", "'%s' is a list of different texts.".formatted(field), field);
  }

  private static Map<String, String> pairs(JsonNode given, String field, List<String> known) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
      throw Refusal.invalid("invalid_value", "'%s' must be an object.".formatted(field), field);
    }
    for (var pair : given.properties()) {
      if (known != null && !known.contains(pair.getKey())) {
        throw Refusal.invalid(
            "invalid_value",
            "'%s' has no '%s'; it has %s."
                .formatted(
                    field, pair.getKey(), known.isEmpty() ? "none" : String.join(", ", known)),
            field + "." + pair.getKey());
      }
      pairs.put(pair.getKey(), JobFields.needed(given, pair.getKey(), "a text"));
    }
    return pairs;
  }
}
