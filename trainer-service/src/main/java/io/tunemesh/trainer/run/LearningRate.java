package io.tunemesh.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;

/**
 * OpenAI's learning_rate_multiplier as a rate. It multiplies the worker's own default, {@code 5e-4
 * · (2000 / width)^0.781} and at most 5e-3, which a test holds equal on both sides.
 */
final class LearningRate {

  private LearningRate() {}

  /** The peak rate of a job; null leaves it to the worker. */
  static Double of(TrainingSpec spec, Double multiplier, Path base) throws IOException {
    if (spec.learningRate() != null || multiplier == null) {
      return spec.learningRate();
    }
    JsonNode config = Json.MAPPER.readTree(base.resolve("config.json").toFile());
    int width = config.path("hidden_size").asInt(2000);
    return Math.min(1.0, multiplier * Math.min(5e-3, 5e-4 * Math.pow(2000.0 / width, 0.781)));
  }
}
