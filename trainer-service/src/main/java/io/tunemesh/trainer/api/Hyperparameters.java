package io.tunemesh.trainer.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.List;
import java.util.Set;

/**
 * OpenAI's three hyperparameters. Each is a number, or {@code auto} where the default is taken.
 *
 * @param nEpochs may be a fraction, if our own field gave it
 */
record Hyperparameters(Object nEpochs, Object batchSize, Object learningRateMultiplier) {

  private static final Set<String> NAMES =
      Set.of("n_epochs", "batch_size", "learning_rate_multiplier");

  static Hyperparameters of(TrainingJob job) {
    TrainingSpec spec = job.trainingSpec();
    return new Hyperparameters(
        whole(spec.numTrainEpochs()),
        orAuto(spec.perDeviceTrainBatchSize()),
        orAuto(job.learningRateMultiplier));
  }

  /**
   * Reads {@code method.supervised.hyperparameters} and the older top-level {@code
   * hyperparameters}; adds what is wrong to {@code mistakes}.
   */
  static Asked read(JsonNode body, List<Mistake> mistakes) {
    JsonNode method = body.path("method");
    String type = method.path("type").asText("supervised");
    if (!type.equals("supervised")) {
      mistakes.add(
          new Mistake("method.type", "must be 'supervised'; '" + type + "' is not offered here"));
    }
    for (var part : method.properties()) {
      if (!part.getKey().equals("type") && !part.getKey().equals("supervised")) {
        mistakes.add(new Mistake("method." + part.getKey(), "is not offered here; leave it out"));
      }
    }
    JsonNode older = body.path("hyperparameters");
    JsonNode newer = method.path("supervised").path("hyperparameters");
    boolean given = newer.isObject() && !newer.isEmpty();
    String path = given ? "method.supervised.hyperparameters" : "hyperparameters";
    if (given && older.isObject() && !older.isEmpty() && !older.equals(newer)) {
      mistakes.add(
          new Mistake("hyperparameters", "differs from " + path + "; give only one of them"));
    }
    return asked(given ? newer : older, path, mistakes);
  }

  private static Asked asked(JsonNode given, String path, List<Mistake> mistakes) {
    if (!given.isObject() && !given.isMissingNode()) {
      mistakes.add(new Mistake(path, "must be an object"));
    }
    for (var pair : given.properties()) {
      if (!NAMES.contains(pair.getKey())) {
        mistakes.add(new Mistake(path + "." + pair.getKey(), "is not known here"));
      }
    }
    JsonNode multiplier = number(given, "learning_rate_multiplier");
    if (multiplier != null
        && !(multiplier.isNumber()
            && multiplier.asDouble() > 0
            && Double.isFinite(multiplier.asDouble()))) {
      mistakes.add(new Mistake(path + ".learning_rate_multiplier", "must be 'auto' or above 0"));
      multiplier = null;
    }
    return new Asked(
        whole(given, "n_epochs", 50, path, mistakes),
        whole(given, "batch_size", 256, path, mistakes),
        multiplier == null ? null : multiplier.asDouble());
  }

  private static JsonNode whole(
      JsonNode given, String name, int most, String path, List<Mistake> mistakes) {
    JsonNode value = number(given, name);
    if (value != null
        && !(value.isIntegralNumber() && value.asLong() >= 1 && value.asLong() <= most)) {
      mistakes.add(
          new Mistake(path + "." + name, "must be 'auto' or a whole number from 1 to " + most));
      return null;
    }
    return value;
  }

  private static JsonNode number(JsonNode given, String name) {
    JsonNode value = given.path(name);
    return value.isMissingNode() || value.isNull() || "auto".equals(value.textValue())
        ? null
        : value;
  }

  private static Object whole(Double epochs) {
    return epochs != null && epochs == Math.rint(epochs)
        ? (Object) epochs.longValue()
        : orAuto(epochs);
  }

  private static Object orAuto(Number value) {
    return value == null ? "auto" : value;
  }

  /** What a body asks for; null where it leaves the choice to us. */
  record Asked(JsonNode epochs, JsonNode batchSize, Double multiplier) {}
}
