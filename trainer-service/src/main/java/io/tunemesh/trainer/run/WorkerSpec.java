package io.tunemesh.trainer.run;

import io.tunemesh.contract.plan.TrainingSpec;

/**
 * The training specification as the Python worker takes it, with the trainer's defaults filled in.
 * Absent values are chosen by the worker from the model and the data: {@code lora_alpha} is twice
 * the rank, {@code learning_rate} follows from the model's width, evaluations and checkpoints are
 * about eight a run, {@code max_new_tokens} follows from the longest answer.
 */
record WorkerSpec(
    String method,
    Integer loraRank,
    Integer loraAlpha,
    Double loraDropout,
    String loraTarget,
    Double learningRate,
    Double numTrainEpochs,
    Integer perDeviceTrainBatchSize,
    Integer gradientAccumulationSteps,
    String lrSchedulerType,
    Double warmupRatio,
    Double weightDecay,
    Double maxGradNorm,
    Integer cutoffLen,
    Integer seed,
    Integer earlyStoppingSteps,
    Integer evalSteps,
    Integer saveSteps,
    Integer maxNewTokens,
    Integer probes) {

  /** The trainer's documented defaults; what is null the worker chooses by the data. */
  static final WorkerSpec DEFAULTS =
      new WorkerSpec(
          "lora",
          8,
          null,
          0.0,
          "all",
          null,
          3.0,
          null,
          1,
          "cosine",
          0.05,
          0.0,
          1.0,
          TrainingSpec.CUTOFF_LEN,
          42,
          null,
          null,
          null,
          null,
          4);

  /** The specification as given, completed by the defaults. */
  static WorkerSpec of(TrainingSpec given, Double learningRate) {
    return new WorkerSpec(
        or(given.method(), DEFAULTS.method),
        or(given.loraRank(), DEFAULTS.loraRank),
        or(given.loraAlpha(), DEFAULTS.loraAlpha),
        or(given.loraDropout(), DEFAULTS.loraDropout),
        or(given.loraTarget(), DEFAULTS.loraTarget),
        or(learningRate, DEFAULTS.learningRate),
        or(given.numTrainEpochs(), DEFAULTS.numTrainEpochs),
        or(given.perDeviceTrainBatchSize(), DEFAULTS.perDeviceTrainBatchSize),
        or(given.gradientAccumulationSteps(), DEFAULTS.gradientAccumulationSteps),
        or(given.lrSchedulerType(), DEFAULTS.lrSchedulerType),
        or(given.warmupRatio(), DEFAULTS.warmupRatio),
        or(given.weightDecay(), DEFAULTS.weightDecay),
        or(given.maxGradNorm(), DEFAULTS.maxGradNorm),
        or(given.cutoffLen(), DEFAULTS.cutoffLen),
        or(given.seed(), DEFAULTS.seed),
        or(given.earlyStoppingSteps(), DEFAULTS.earlyStoppingSteps),
        or(given.evalSteps(), DEFAULTS.evalSteps),
        or(given.saveSteps(), DEFAULTS.saveSteps),
        or(given.maxNewTokens(), DEFAULTS.maxNewTokens),
        or(given.probes(), DEFAULTS.probes));
  }

  private static <T> T or(T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
