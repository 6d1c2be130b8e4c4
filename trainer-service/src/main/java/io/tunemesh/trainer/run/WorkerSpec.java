package io.tunemesh.trainer.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.TrainingSpec;
import java.util.List;

/**
 * The training specification as the Python worker takes it: what was given and nothing else, for
 * the defaults are the worker's.
 */
final class WorkerSpec {

  private WorkerSpec() {}

  /** The specification as given, with the rate that its multiplier comes to. */
  static ObjectNode of(TrainingSpec given, Double learningRate) {
    ObjectNode spec = Json.MAPPER.valueToTree(given);
    spec.remove(List.of("model", "suffix", "priority"));
    if (learningRate != null) {
      spec.put("learning_rate", learningRate);
    }
    return spec;
  }

  /** The kind of adapter that comes of it. Who serves LoRA need not serve DoRA. */
  static String kind(TrainingSpec given) {
    return Boolean.TRUE.equals(given.useDora()) ? "dora" : method(given);
  }

  /** What is trained. */
  static String method(TrainingSpec given) {
    return given.method() == null ? "lora" : given.method();
  }
}
