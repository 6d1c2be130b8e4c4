package io.tunemesh.dataset;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import java.util.List;
import java.util.Map;

/** Plans and their parts. */
final class ExamplePlans {

  private ExamplePlans() {}

  static DatasetSpec oneFile(String file) {
    return new DatasetSpec(
        null, List.of(new Source(file, null, null, null, null, null, null)), null);
  }

  static Plan twoFiles(TrainingSpec training, ServeSpec serve) {
    return new Plan(
        new DatasetSpec(
            "exams",
            List.of(
                new Source("语文.xlsx", "exam", null, null, 2, null, null),
                new Source("英语.xlsx", "auto", null, null, null, null, null)),
            null),
        training,
        serve);
  }

  static TrainingSpec training() {
    return Json.MAPPER.convertValue(
        Map.of("lora_rank", 8, "learning_rate", 2e-4), TrainingSpec.class);
  }
}
