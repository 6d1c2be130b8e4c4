package io.tunemesh.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's learning_rate_multiplier as a rate. It multiplies the worker's own default for the
 * method and the model's width, which a test holds equal on both sides.
 */
final class LearningRate {

  private static final Map<String, Double> FIXED =
      Map.of("prefix", 1e-2, "p_tuning", 1e-2, "prompt", 3e-2);
  private static final List<String> WIDTHS =
      List.of("hidden_size", "n_embd", "d_model", "dim", "emb_dim");

  private LearningRate() {}

  /** The peak rate of a job; null leaves it to the worker. */
  static Double of(TrainingSpec spec, Double multiplier, Path base) throws IOException {
    if (spec.learningRate() != null || multiplier == null) {
      return spec.learningRate();
    }
    JsonNode config = Json.MAPPER.readTree(base.resolve("config.json").toFile());
    int width = 2000;
    for (String name : WIDTHS.reversed()) {
      width = config.path(name).asInt(width);
    }
    return Math.min(1.0, multiplier * usual(WorkerSpec.method(spec), width));
  }

  private static double usual(String method, int width) {
    if (FIXED.containsKey(method)) {
      return FIXED.get(method);
    }
    double rate = Math.min(5e-3, 5e-4 * Math.pow(2000.0 / width, 0.781));
    return method.equals("full") || method.equals("freeze") ? rate / 10 : rate;
  }
}
