package io.tunemesh.trainer.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a base model reads and writes, as far as its {@code config.json} tells. What it cannot do is
 * refused here at once; the worker, which knows the model itself, has the last word.
 */
public enum BaseFamily {
  ENCODER("encoder"),
  ENCODER_DECODER("encoder-decoder"),
  /** Causal, or not known here. */
  OTHER("causal model");

  private static final Set<String> ENCODERS =
      Set.of(
          "albert",
          "bert",
          "camembert",
          "deberta",
          "deberta-v2",
          "distilbert",
          "electra",
          "ernie",
          "mpnet",
          "modernbert",
          "roberta",
          "xlm-roberta");
  private static final Set<String> CAUSAL_METHODS = Set.of("prefix", "p_tuning", "prompt", "qlora");
  private static final Set<String> HEADED = Set.of("classification", "regression", "tagging");

  private final String words;

  BaseFamily(String words) {
    this.words = words;
  }

  /** The family of the model in that folder. */
  public static BaseFamily of(Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      return OTHER;
    }
    JsonNode config;
    try {
      config = Json.MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      return OTHER;
    }
    if (config.path("is_encoder_decoder").asBoolean()) {
      return ENCODER_DECODER;
    }
    String made = config.path("architectures").path(0).asText();
    boolean writes = made.endsWith("ForCausalLM") || made.endsWith("LMHeadModel");
    return !writes && ENCODERS.contains(config.path("model_type").asText()) ? ENCODER : OTHER;
  }

  /** Everything in a specification that such a base cannot do, whatever the dataset. */
  public List<Mistake> mistakes(TrainingSpec spec) {
    List<Mistake> mistakes = new ArrayList<>();
    if (this == OTHER) {
      return mistakes;
    }
    if (spec.method() != null && CAUSAL_METHODS.contains(spec.method())) {
      add(mistakes, "method", "\"%s\" is for causal models".formatted(spec.method()));
    }
    if ("fp8".equals(spec.frozenPrecision())) {
      add(mistakes, "frozen_precision", "\"fp8\" is for causal models");
    }
    if (Boolean.TRUE.equals(spec.trainOnPrompt())) {
      add(mistakes, "train_on_prompt", "is for causal models, which write their prompts");
    }
    return mistakes;
  }

  /** The mistake of giving such a base a dataset of that task, if it is one. */
  List<Mistake> mistakes(String task) {
    List<Mistake> mistakes = new ArrayList<>();
    String is = task == null ? "sft" : task;
    if (this == ENCODER && !HEADED.contains(is)) {
      add(
          mistakes,
          "model",
          "takes a dataset of task classification, regression or tagging, not \"%s\""
              .formatted(is));
    } else if (this == ENCODER_DECODER && is.equals("pt")) {
      add(mistakes, "model", "takes no plain text, which causal models learn");
    }
    return mistakes;
  }

  private void add(List<Mistake> mistakes, String field, String reason) {
    mistakes.add(new Mistake(field, "%s; this base is an %s".formatted(reason, words)));
  }
}
