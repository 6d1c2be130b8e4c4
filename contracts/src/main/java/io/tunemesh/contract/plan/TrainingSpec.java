package io.tunemesh.contract.plan;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * How a model is tuned, in the names of LLaMA-Factory and PEFT. Absent means the trainer's
 * documented default.
 *
 * @param model the id of a base model that the mesh has
 * @param suffix a word of your own in the tuned model's name
 * @param method {@code lora}
 * @param loraRank the rank of the adapter's matrices
 * @param loraAlpha the adapter's scale is {@code lora_alpha / lora_rank}
 * @param loraDropout the share of the adapter's inputs that is dropped in training
 * @param loraTarget names of the modules that get an adapter, with commas between them, or {@code
 *     all} for every linear layer
 * @param learningRate the highest rate, reached after the warmup
 * @param numTrainEpochs how often the training split is gone through; may be a fraction
 * @param perDeviceTrainBatchSize examples in one forward pass; when absent a two-hundredth of the
 *     training examples, from 1 to 4
 * @param gradientAccumulationSteps forward passes in one step of the optimizer
 * @param lrSchedulerType how the learning rate falls after the warmup
 * @param warmupRatio the share of all steps in which the learning rate rises
 * @param weightDecay of the optimizer, AdamW
 * @param maxGradNorm longer gradients are cut to this
 * @param cutoffLen the longest example in tokens; {@value #CUTOFF_LEN} when absent
 * @param earlyStoppingSteps ends the training when so many evaluations in a row were no better
 * @param evalSteps steps between evaluations on the validation split
 * @param saveSteps steps between checkpoints
 * @param maxNewTokens the longest answer in the final evaluation, in tokens
 * @param probes how many answers are stored to check the adapter by when it is served
 * @param seed makes a training repeatable
 */
public record TrainingSpec(
    @Size(min = 1, max = 256) String model,
    @Size(min = 1, max = 64) String suffix,
    @Pattern(regexp = "lora") String method,
    @Min(1) @Max(512) Integer loraRank,
    @Min(1) @Max(1024) Integer loraAlpha,
    @DecimalMin("0") @DecimalMax("0.9") Double loraDropout,
    @Pattern(regexp = "\\s*\\w[\\w.]*(\\s*,\\s*\\w[\\w.]*)*\\s*") String loraTarget,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") Double learningRate,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000") Double numTrainEpochs,
    @Min(1) @Max(256) Integer perDeviceTrainBatchSize,
    @Min(1) @Max(1024) Integer gradientAccumulationSteps,
    @Pattern(regexp = "linear|cosine|constant") String lrSchedulerType,
    @DecimalMin("0") @DecimalMax("1") Double warmupRatio,
    @DecimalMin("0") @DecimalMax("1") Double weightDecay,
    @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000000") Double maxGradNorm,
    @Min(8) @Max(131072) Integer cutoffLen,
    @Min(1) @Max(10000) Integer earlyStoppingSteps,
    @Min(1) @Max(1000000000) Integer evalSteps,
    @Min(1) @Max(1000000000) Integer saveSteps,
    @Min(1) @Max(16384) Integer maxNewTokens,
    @Min(0) @Max(32) Integer probes,
    @Min(0) @Max(2147483647) Integer seed) {

  /** The longest example where a plan names none. */
  public static final int CUTOFF_LEN = 2048;

  /** Everything left to the trainer's defaults. */
  public static final TrainingSpec DEFAULTS =
      new TrainingSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null);
}
