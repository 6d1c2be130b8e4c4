package io.tunemesh.trainer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.job.TrainingJob;
import java.util.List;
import java.util.Set;

/**
 * OpenAI's three hyperparameters. Each is a number, or {@code auto} where the default is taken.
 *
 * @param nEpochs a whole number; {@code auto} for a fraction too, which only our own field gives
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
   * hyperparameters}; adds what is wrong to {@code mistakes}. {@code method.type} may be one of our
   * methods as well, and beside OpenAI's three names any of {@link TrainingSpec} may stand.
   */
  static Asked read(JsonNode body, List<Mistake> mistakes) {
    JsonNode method = body.path("method");
    String type = method.isTextual() ? method.asText() : method.path("type").asText("supervised");
    if (!method.isTextual()) {
      requireObject(method, "method", mistakes);
    }
    String section =
        type.equals("supervised") || TrainingSpec.METHODS.contains(type) ? type : "supervised";
    if (!section.equals(type)) {
      mistakes.add(
          new Mistake(
              "method.type",
              "must be 'supervised' or one of %s; '%s' is not offered here"
                  .formatted(String.join(", ", TrainingSpec.METHODS), type)));
    }
    for (var part : method.properties()) {
      if (!part.getKey().equals("type") && !part.getKey().equals(section)) {
        mistakes.add(new Mistake("method." + part.getKey(), "is not offered here; leave it out"));
      }
    }
    JsonNode own = method.path(section);
    requireObject(own, "method." + section, mistakes);
    for (var part : own.properties()) {
      String path = "method." + section + "." + part.getKey();
      if (part.getKey().equals("hyperparameters")) {
        requireObject(part.getValue(), path, mistakes);
      } else {
        mistakes.add(new Mistake(path, "is not known; options stand in hyperparameters"));
      }
    }
    JsonNode older = body.path("hyperparameters");
    JsonNode newer = own.path("hyperparameters");
    boolean given = newer.isObject() && !newer.isEmpty();
    String path = given ? "method." + section + ".hyperparameters" : "hyperparameters";
    if (given && older.isObject() && !older.isEmpty() && !older.equals(newer)) {
      mistakes.add(
          new Mistake("hyperparameters", "differs from " + path + "; give only one of them"));
    }
    return asked(
        given ? newer : older, path, TrainingSpec.METHODS.contains(type) ? type : null, mistakes);
  }

  private static void requireObject(JsonNode given, String path, List<Mistake> mistakes) {
    if (!given.isObject() && !given.isMissingNode() && !given.isNull()) {
      mistakes.add(new Mistake(path, "must be an object"));
    }
  }

  private static Asked asked(JsonNode given, String path, String method, List<Mistake> mistakes) {
    requireObject(given, path, mistakes);
    ObjectNode ours = Json.MAPPER.createObjectNode();
    for (var pair : given.properties()) {
      if (!NAMES.contains(pair.getKey()) && !pair.getValue().isNull()) {
        ours.set(pair.getKey(), pair.getValue());
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
        multiplier == null ? null : multiplier.asDouble(),
        method,
        ours,
        path);
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
    return orAuto(epochs != null && epochs == Math.rint(epochs) ? epochs.longValue() : null);
  }

  private static Object orAuto(Number value) {
    return value == null ? "auto" : value;
  }

  /**
   * What a body asks for; null where it leaves the choice to us.
   *
   * @param method one of ours, if the body names one
   * @param ours what stands under names that are not OpenAI's
   * @param path where these stand
   */
  record Asked(
      JsonNode epochs,
      JsonNode batchSize,
      Double multiplier,
      String method,
      ObjectNode ours,
      String path) {}
}
