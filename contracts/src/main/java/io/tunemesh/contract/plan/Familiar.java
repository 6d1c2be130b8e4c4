package io.tunemesh.contract.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What people write in a {@link TrainingSpec} out of habit: {@code auto} for a choice that they
 * leave to us, other words for a value of ours, and names of LLaMA-Factory's for what is settled
 * here. A value that says what happens anyway is taken, any other is refused with the reason.
 */
final class Familiar {

  private static final Set<String> FREE = Set.of("model", "suffix");

  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "val_size",
              "is not set here: the dataset has its splits; set split.validation of the dataset",
          "finetuning_type", "is called method here",
          "model_name_or_path", "is called model here",
          "dataset", "is not set here: the job names its file or dataset in training_file",
          "max_samples", "is not set here: take fewer rows into the dataset by its recipe",
          "template", "is not set here: the base model's own chat template is used",
          "output_dir", "is not set here: the mesh stores and publishes the adapter",
          "resume_from_checkpoint", "is not set here: a job goes on from its newest checkpoint",
          "badam_update_ratio", "is for badam_mode ratio, which there is not: layers take turns");

  /** How a training is done; whatever is said of it, the result is the same. */
  private static final Set<String> NO_MATTER =
      Set.of(
          "packing",
          "neat_packing",
          "flash_attn",
          "gradient_checkpointing",
          "disable_gradient_checkpointing",
          "enable_liger_kernel",
          "use_unsloth",
          "preprocessing_num_workers",
          "dataloader_num_workers",
          "per_device_eval_batch_size",
          "logging_steps",
          "report_to",
          "save_only_model",
          "ddp_timeout",
          "overwrite_cache",
          "overwrite_output_dir");

  /** Other words for values of ours. */
  private static final Map<String, Map<String, String>> WORDS =
      Map.of(
          "optim",
          Map.of(
              "adamw_torch", "adamw",
              "adamw_torch_fused", "adamw",
              "adamw_bnb_8bit", "adamw_8bit"),
          "lr_scheduler_type",
          Map.of("constant_with_warmup", "constant"));

  private Familiar() {}

  /** Whether the value of that option leaves the choice to us, as leaving it out does. */
  static boolean isAuto(String name, JsonNode value) {
    return "auto".equals(value.textValue()) && !FREE.contains(name);
  }

  /**
   * Takes all of this out of {@code training}, and puts our words in place of others. Returns what
   * is refused, fields after the prefix.
   */
  static List<Mistake> takeOut(JsonNode training, String prefix) {
    List<Mistake> mistakes = new ArrayList<>();
    if (training instanceof ObjectNode object) {
      object
          .properties()
          .removeIf(
              option -> {
                String reason = refusal(option.getKey(), option.getValue());
                if (reason != null && !reason.isEmpty()) {
                  mistakes.add(new Mistake(prefix + option.getKey(), reason));
                }
                return reason != null;
              });
      for (var words : WORDS.entrySet()) {
        String ours = words.getValue().get(object.path(words.getKey()).asText());
        if (ours != null) {
          object.put(words.getKey(), ours);
        }
      }
    }
    return mistakes;
  }

  /** Why the option is not taken; empty where it says what happens anyway, null if it is ours. */
  private static String refusal(String name, JsonNode value) {
    if (isAuto(name, value)) {
      return "";
    }
    boolean on = value.isNull() || value.isBoolean() && value.booleanValue();
    boolean off = value.isNull() || value.isBoolean() && !value.booleanValue();
    if (NO_MATTER.contains(name)) {
      return value.isContainerNode() ? "must be a plain value; it changes no result here" : "";
    }
    return switch (name) {
      case "do_train", "load_best_model_at_end" -> on ? "" : "must be true: it always happens";
      case "eval_strategy" ->
          value.isNull() || value.asText().equals("steps")
              ? ""
              : "must be steps: it is evaluated every eval_steps where there is a validation split";
      case "fp16" -> off ? "" : "must be false: it is bfloat16 on a GPU";
      case "trust_remote_code" -> off ? "" : "must be false: no code of a model is run";
      case "plot_loss" -> on ? "" : "must be true: the curve is always drawn";
      case "bf16" -> on ? "" : "must be true: it is bfloat16 on a GPU and float32 on a CPU";
      default -> value.isNull() && ELSEWHERE.containsKey(name) ? "" : ELSEWHERE.get(name);
    };
  }
}
