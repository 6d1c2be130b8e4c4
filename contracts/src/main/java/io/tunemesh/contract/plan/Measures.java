package io.tunemesh.contract.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is measured of a tuned model, by its dataset's task. */
final class Measures {

  private static final List<String> LOSS = List.of("loss", "perplexity");
  private static final List<String> WORDS =
      List.of("bleu", "rouge1", "rouge2", "rougeL", "exact_match", "well_formed");

  /** What is measured of a task's answers beside words; plain text has no answers. */
  private static final Map<String, List<String>> MEASURED =
      Map.of(
          "classification",
          List.of("accuracy", "macro_precision", "macro_recall", "macro_f1", "auc"),
          "regression",
          List.of("mse", "mae", "r2"),
          "tagging",
          List.of("token_accuracy", "entity_precision", "entity_recall", "entity_f1"));

  private Measures() {}

  /** The mistake, if there is one, of choosing the best model by that metric; null is none. */
  static List<Mistake> refuse(String metric, String task) {
    List<String> there = new ArrayList<>(LOSS);
    if (!"pt".equals(task)) {
      there.addAll(WORDS);
      there.addAll(MEASURED.getOrDefault(task == null ? "sft" : task, List.of()));
    }
    if (metric == null || there.contains(metric)) {
      return List.of();
    }
    String reason =
        "\"%s\" is not measured on a dataset of task \"%s\"; choose %s"
            .formatted(metric, task == null ? "sft" : task, TrainingRules.listed(there));
    return List.of(new Mistake("metric_for_best_model", reason));
  }
}
