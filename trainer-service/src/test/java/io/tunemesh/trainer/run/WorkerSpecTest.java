package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.testing.FakeWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerSpecTest {

  @TempDir Path base;

  @Test
  void whatIsNotGivenIsTheDefault() {
    assertThat(WorkerSpec.of(TrainingSpec.DEFAULTS, null)).isEqualTo(WorkerSpec.DEFAULTS);
  }

  @Test
  void whatIsGivenStays() throws Exception {
    WorkerSpec spec =
        WorkerSpec.of(
            Plans.read("{\"lora_rank\": 16, \"num_train_epochs\": 1.5}", TrainingSpec.class), 2e-4);
    assertThat(spec.loraRank()).isEqualTo(16);
    assertThat(spec.numTrainEpochs()).isEqualTo(1.5);
    assertThat(spec.learningRate()).isEqualTo(2e-4);
  }

  @Test
  void theMultiplierMultipliesTheWorkersOwnRate() throws Exception {
    Files.writeString(base.resolve("config.json"), "{\"hidden_size\": 192}");
    String script =
        "from types import SimpleNamespace as N; from tune import lora, job;"
            + " print(lora.learning_rate(job.Spec(), N(model=N(config=N(hidden_size=192)))))";
    ProcessBuilder python = new ProcessBuilder(FakeWorker.PYTHON, "-c", script);
    python.environment().put("PYTHONPATH", "runtime");
    Process process = python.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    double worker = Double.parseDouble(printed);

    assertThat(LearningRate.of(TrainingSpec.DEFAULTS, 1.0, base)).isEqualTo(worker);
    assertThat(LearningRate.of(TrainingSpec.DEFAULTS, 0.5, base)).isEqualTo(worker / 2);
    assertThat(LearningRate.of(TrainingSpec.DEFAULTS, null, base)).isNull();
    TrainingSpec given = Json.MAPPER.readValue("{\"learning_rate\": 0.1}", TrainingSpec.class);
    assertThat(LearningRate.of(given, null, base)).isEqualTo(0.1);
  }
}
