package io.tunemesh.contract.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;

/**
 * How a model is tuned, in the names of LLaMA-Factory and PEFT. Absent means the trainer's
 * documented default. An option of another method than the chosen one is refused.
 *
 * @param model the id of a base model that the mesh has
 * @param suffix a word of your own in the tuned model's name
 * @param priority which of a tenant's waiting jobs go first, with a bounded advantage over other
 *     tenants'; {@code normal} when absent
 * @param method what is trained; {@code lora} when absent
 * @param stage {@code sft} learns the assistant's answers, {@code pt} goes on with pre-training on
 *     plain text; it follows from the dataset when absent
 * @param loraRank the rank of the adapter's matrices
 * @param loraAlpha the adapter's scale is {@code lora_alpha / lora_rank}; twice the rank when
 *     absent
 * @param loraDropout the share of the adapter's inputs that is dropped in training
 * @param loraTarget names of the modules that get an adapter, with commas between them, or {@code
 *     all} for every linear layer
 * @param useRslora scales by {@code lora_alpha / sqrt(lora_rank)} instead
 * @param useDora learns the length of each weight's rows apart from its direction
 * @param loraplusLrRatio how much faster the B matrices learn than the A matrices (LoRA+)
 * @param quantizationBit the bits that a weight of the frozen base has in QLoRA: 4
 * @param quantizationType the form of these bits
 * @param doubleQuantization whether the scales of the 4-bit weights are quantised as well
 * @param frozenPrecision the numbers in which frozen weights are multiplied while training: {@code
 *     bf16} is the base's own type, {@code fp8} is faster and needs a GPU that computes in float8
 * @param bottleneckSize the width of a bottleneck adapter
 * @param numVirtualTokens how many virtual tokens stand before every prompt
 * @param prefixProjection whether prefixes come out of a small network in training
 * @param encoderHiddenSize the width of that network, or of P-tuning's; the base's own when absent
 * @param freezeTrainableLayers how many of the last layers are trained; if negative, of the first
 * @param optim the optimizer; {@code adamw_8bit} keeps its moments in 8 bits and needs bitsandbytes
 * @param useGalore trains with GaLore: the optimizer sees gradients of low rank only
 * @param galoreTarget names of the modules that GaLore projects, with commas between them, or
 *     {@code all}
 * @param galoreRank the rank of the projected gradients
 * @param galoreUpdateInterval steps between new projections
 * @param galoreScale the factor of the projected updates
 * @param galoreProjType which side of a gradient is projected
 * @param useBadam trains with BAdam: one layer at a time
 * @param badamMode what a block is: a layer
 * @param badamSwitchMode in which order the layers take turns
 * @param badamSwitchInterval steps of one turn
 * @param learningRate the highest rate, reached after the warmup; when absent by method and width
 * @param numTrainEpochs how often the training split is gone through, may be a fraction; when
 *     absent by the number of examples, from 1 to 10
 * @param maxSteps steps of the optimizer, in place of a number of epochs
 * @param perDeviceTrainBatchSize examples in one forward pass; when absent a two-hundredth of the
 *     training examples, from 1 to 4, and fewer if they are long; on a GPU that packs them, up to
 *     as many as fill a pack
 * @param gradientAccumulationSteps forward passes in one step of the optimizer
 * @param lrSchedulerType how the learning rate falls after the warmup
 * @param warmupRatio the share of all steps in which the learning rate rises
 * @param warmupSteps steps in which the learning rate rises, in place of a share of all
 * @param weightDecay of the optimizer
 * @param maxGradNorm longer gradients are cut to this
 * @param cutoffLen the longest example in tokens; {@value #CUTOFF_LEN} when absent
 * @param maskHistory learns only the last answer of a chat
 * @param trainOnPrompt learns the prompts as well as the answers
 * @param earlyStoppingSteps ends the training when so many evaluations in a row were no better
 * @param metricForBestModel what the best step is chosen by, and early stopping counts; {@code
 *     loss} when absent
 * @param evalSteps steps between evaluations on the validation split
 * @param saveSteps steps between checkpoints
 * @param maxNewTokens the longest answer in the final evaluation, in tokens
 * @param probes how many answers are stored to check the adapter by when it is served
 * @param seed makes a training repeatable
 */
public record TrainingSpec(
    @Size(min = 1, max = 256) @Pattern(regexp = PLAIN) String model,
    @Size(min = 1, max = 64) @Pattern(regexp = PLAIN) String suffix,
    @Pattern(regexp = "low|normal|high") String priority,
    @Pattern(regexp = METHOD) String method,
    @Pattern(regexp = "sft|pt") String stage,
    @Min(1) @Max(512) Integer loraRank,
    @Min(1) @Max(1024) Integer loraAlpha,
    @DecimalMin("0") @DecimalMax("0.9") Double loraDropout,
    @Pattern(regexp = NAMES) String loraTarget,
    Boolean useRslora,
    Boolean useDora,
    @DecimalMin("1") @DecimalMax("1000") Double loraplusLrRatio,
    @Min(4) @Max(4) Integer quantizationBit,
    @Pattern(regexp = "nf4|fp4") String quantizationType,
    Boolean doubleQuantization,
    @Pattern(regexp = "bf16|fp8") String frozenPrecision,
    @Min(1) @Max(8192) Integer bottleneckSize,
    @Min(1) @Max(1024) Integer numVirtualTokens,
    Boolean prefixProjection,
    @Min(1) @Max(65536) Integer encoderHiddenSize,
    @Min(-1000) @Max(1000) Integer freezeTrainableLayers,
    @Pattern(regexp = "adamw|adamw_8bit") String optim,
    Boolean useGalore,
    @Pattern(regexp = NAMES) String galoreTarget,
    @Min(1) @Max(4096) Integer galoreRank,
    @Min(1) @Max(1000000) Integer galoreUpdateInterval,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("100") Double galoreScale,
    @Pattern(regexp = "std|reverse_std|right|left") String galoreProjType,
    Boolean useBadam,
    @Pattern(regexp = "layer") String badamMode,
    @Pattern(regexp = "ascending|descending|random") String badamSwitchMode,
    @Min(1) @Max(1000000) Integer badamSwitchInterval,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") Double learningRate,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000") Double numTrainEpochs,
    @Min(1) @Max(1000000000) Integer maxSteps,
    @Min(1) @Max(256) Integer perDeviceTrainBatchSize,
    @Min(1) @Max(1024) Integer gradientAccumulationSteps,
    @Pattern(regexp = "linear|cosine|constant") String lrSchedulerType,
    @DecimalMin("0") @DecimalMax("1") Double warmupRatio,
    @Min(0) @Max(1000000000) Integer warmupSteps,
    @DecimalMin("0") @DecimalMax("1") Double weightDecay,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000000") Double maxGradNorm,
    @Min(8) @Max(131072) Integer cutoffLen,
    Boolean maskHistory,
    Boolean trainOnPrompt,
    @Min(1) @Max(10000) Integer earlyStoppingSteps,
    @Pattern(regexp = METRIC) String metricForBestModel,
    @Min(1) @Max(1000000000) Integer evalSteps,
    @Min(1) @Max(1000000000) Integer saveSteps,
    @Min(1) @Max(16384) Integer maxNewTokens,
    @Min(0) @Max(32) Integer probes,
    @Min(0) @Max(2147483647) Integer seed) {

  /** The longest example where a plan names none. */
  public static final int CUTOFF_LEN = 2048;

  private static final String METHOD = "lora|qlora|dora|adapter|prefix|p_tuning|prompt|freeze|full";
  private static final String METRIC =
      "loss|perplexity|bleu|rouge1|rouge2|rougeL|exact_match|well_formed|accuracy|macro_precision"
          + "|macro_recall|macro_f1|auc|mse|mae|r2|token_accuracy|entity_precision|entity_recall"
          + "|entity_f1";

  /** Without control characters, some of which no database keeps. */
  private static final String PLAIN = "[^\\u0000-\\u001f\\u007f-\\u009f]*";

  /**
   * Names with commas between them; no loop over groups, for which a long list would overflow the
   * stack.
   */
  private static final String NAMES =
      "(?![\\s\\S]*(,\\s*([,.]|$)|[\\w.]\\s+[\\w.]))\\s*\\w[\\w.,\\s]*";

  /** What {@code method} may be. */
  public static final List<String> METHODS = List.of(METHOD.split("\\|"));

  /** Everything left to the trainer's defaults. */
  public static final TrainingSpec DEFAULTS =
      Json.MAPPER.convertValue(Map.of(), TrainingSpec.class);

  /** Whether a value leaves the choice of that option to the trainer, as leaving it out does. */
  public static boolean isAuto(String option, JsonNode value) {
    return Familiar.isAuto(option, value);
  }

  /**
   * Everything that cannot stand together, seen with the dataset that is to be learnt.
   *
   * @param validated whether the dataset has a validation split
   */
  public List<Mistake> mistakes(String task, boolean validated) {
    return TrainingRules.mistakes(this, task, validated);
  }
}
