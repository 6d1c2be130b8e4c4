package io.tunemesh.contract.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which fields of a {@link TrainingSpec} cannot stand together. The trainer's runtime refuses the
 * same, so a specification that passes here is not refused half an hour later.
 */
final class TrainingRules {

  private static final List<String> LOW_RANK = List.of("lora", "qlora", "dora");
  private static final List<String> SOFT = List.of("prefix", "p_tuning", "prompt");
  private static final List<String> OWN_WEIGHTS = List.of("freeze", "full");

  /** The methods that an option is for; one that is not listed is for all. */
  static final Map<String, List<String>> METHODS_OF = new LinkedHashMap<>();

  /** Options that begin with the word need the switch. */
  private static final Map<String, String> SWITCHES =
      Map.of("galore", "use_galore", "badam", "use_badam");

  /** Methods whose frozen weights cannot be in float8, with the reason. */
  private static final Map<String, String> WITHOUT_FP8 =
      Map.of(
          "qlora", "whose frozen weights are in 4 bits",
          "dora", "which needs the exact lengths of the frozen weights",
          "freeze", "which trains weights of the base",
          "full", "which trains the weights of the base");

  private static final String UNVALIDATED =
      "needs validation rows, and the dataset has none; leave it out, or set split.validation of"
          + " the dataset";

  private static final Set<String> ANSWERS =
      Set.of("mask_history", "train_on_prompt", "max_new_tokens");

  static {
    for (String option :
        List.of(
            "lora_rank",
            "lora_alpha",
            "lora_dropout",
            "lora_target",
            "use_rslora",
            "use_dora",
            "loraplus_lr_ratio")) {
      METHODS_OF.put(option, LOW_RANK);
    }
    for (String option : List.of("quantization_bit", "quantization_type", "double_quantization")) {
      METHODS_OF.put(option, List.of("qlora"));
    }
    METHODS_OF.put("bottleneck_size", List.of("adapter"));
    METHODS_OF.put("num_virtual_tokens", SOFT);
    METHODS_OF.put("prefix_projection", List.of("prefix"));
    METHODS_OF.put("encoder_hidden_size", List.of("prefix", "p_tuning"));
    METHODS_OF.put("freeze_trainable_layers", List.of("freeze"));
    METHODS_OF.put("use_galore", OWN_WEIGHTS);
    METHODS_OF.put("use_badam", OWN_WEIGHTS);
  }

  private final JsonNode given;
  private final String method;
  private final List<Mistake> mistakes = new ArrayList<>();

  private TrainingRules(JsonNode given) {
    this.given = given;
    this.method = given.path("method").asText("lora");
  }

  /**
   * Every combination in {@code given} that is impossible.
   *
   * @param prefix what stands before a field's name, as {@code training.}
   */
  static List<Mistake> broken(JsonNode given, String prefix) {
    TrainingRules rules = new TrainingRules(given);
    rules.options();
    rules.precision();
    rules.optimizers();
    rules.steps();
    rules.stage();
    return rules.mistakes.stream()
        .map(mistake -> new Mistake(prefix + mistake.field(), mistake.message()))
        .toList();
  }

  /** Everything that the dataset leaves no room for. */
  static List<Mistake> mistakes(TrainingSpec spec, String task, boolean validated) {
    ObjectNode given = Json.MAPPER.valueToTree(spec);
    List<Mistake> mistakes = new ArrayList<>();
    boolean plain = "pt".equals(task);
    if (spec.stage() != null && spec.stage().equals("pt") != plain) {
      String held = plain ? "plain text" : "chats";
      mistakes.add(
          new Mistake("stage", "cannot be %s: the dataset holds %s".formatted(spec.stage(), held)));
    }
    given.put("stage", plain ? "pt" : "sft");
    mistakes.addAll(broken(given, ""));
    mistakes.addAll(Measures.refuse(spec.metricForBestModel(), task));
    if (!validated && spec.earlyStoppingSteps() != null) {
      mistakes.add(new Mistake("early_stopping_steps", UNVALIDATED));
    }
    String metric = spec.metricForBestModel();
    if (!validated && metric != null && !metric.equals("loss")) {
      mistakes.add(new Mistake("metric_for_best_model", UNVALIDATED));
    }
    return mistakes;
  }

  private void options() {
    for (var option : given.properties()) {
      String name = option.getKey();
      List<String> methods = METHODS_OF.get(name);
      boolean fits =
          methods == null || methods.contains(method) || !TrainingSpec.METHODS.contains(method);
      if (!fits && !isOff(option.getValue())) {
        wrong(name, "is for method %s, not for \"%s\"".formatted(listed(methods), method));
      }
      String needed = SWITCHES.get(name.split("_", 2)[0]);
      if (needed != null && !isOn(needed) && !option.getValue().isNull()) {
        wrong(name, "needs %s: true".formatted(needed));
      }
    }
    if (method.equals("dora") && given.has("use_dora") && !isOn("use_dora")) {
      wrong("use_dora", "cannot be false for method \"dora\"");
    }
    boolean projected = !method.equals("prefix") || isOn("prefix_projection");
    if (given.hasNonNull("encoder_hidden_size") && !projected) {
      wrong("encoder_hidden_size", "needs prefix_projection: true for method \"prefix\"");
    }
    if (given.path("freeze_trainable_layers").asInt(1) == 0) {
      wrong(
          "freeze_trainable_layers",
          "must be at least 1 for the last layers or at most -1 for the first, not 0");
    }
  }

  private void precision() {
    String adapted = isOn("use_dora") ? "dora" : method;
    String reason = WITHOUT_FP8.get(adapted);
    if (reason != null && given.path("frozen_precision").asText().equals("fp8")) {
      wrong("frozen_precision", "cannot be fp8 for method \"%s\", %s".formatted(adapted, reason));
    }
  }

  private void optimizers() {
    if (isOn("use_galore") && isOn("use_badam")) {
      wrong("use_badam", "cannot be used together with use_galore; choose one");
    }
    String optimizer = given.path("optim").asText("adamw");
    for (String other : List.of("use_galore", "use_badam")) {
      if (!optimizer.equals("adamw") && isOn(other)) {
        wrong(
            "optim",
            "cannot be %s together with %s, which is an optimizer itself"
                .formatted(optimizer, other));
      }
    }
  }

  private void steps() {
    notBoth("max_steps", "num_train_epochs");
    notBoth("warmup_steps", "warmup_ratio");
  }

  private void notBoth(String one, String other) {
    if (given.hasNonNull(one) && given.hasNonNull(other)) {
      wrong(one, "cannot be used together with %s; choose one".formatted(other));
    }
  }

  private void stage() {
    if (isOn("mask_history") && isOn("train_on_prompt")) {
      wrong("mask_history", "cannot be used together with train_on_prompt; choose one");
    }
    if (given.path("stage").asText().equals("pt")) {
      for (var option : given.properties()) {
        if (ANSWERS.contains(option.getKey()) && !isOff(option.getValue())) {
          wrong(option.getKey(), "is for stage \"sft\": plain text has no prompts and answers");
        }
      }
    }
  }

  private boolean isOn(String name) {
    return given.path(name).asBoolean(false);
  }

  private static boolean isOff(JsonNode value) {
    return value.isNull() || value.isBoolean() && !value.booleanValue();
  }

  private void wrong(String field, String message) {
    mistakes.add(new Mistake(field, message));
  }

  static String listed(List<String> names) {
    String last = "\"" + names.getLast() + "\"";
    return names.size() == 1
        ? last
        : names.subList(0, names.size() - 1).stream()
                .map(name -> "\"" + name + "\"")
                .collect(Collectors.joining(", "))
            + " or "
            + last;
  }
}
