package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.NamingBase;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.trainer.testing.FakeWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSpecTest {

  @TempDir Path base;

  @Test
  void onlyWhatIsGivenIsSent() throws Exception {
    TrainingSpec given =
        Plans.read(
            """
            {"model": "m", "suffix": "s", "method": "dora", "lora_rank": 16,
             "num_train_epochs": 1.5, "use_rslora": true}
            """,
            TrainingSpec.class);

    assertThat(WorkerSpec.of(TrainingSpec.DEFAULTS, null)).isEmpty();
    TrainingSpec ours =
        Plans.read(
            "{\"model\": \"m\", \"suffix\": \"s\", \"priority\": \"high\"}", TrainingSpec.class);
    assertThat(WorkerSpec.of(ours, null)).as("what is not the worker's").isEmpty();
    assertThat(WorkerSpec.of(given, 2e-4))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"method": "dora", "lora_rank": 16, "use_rslora": true, "learning_rate": 2e-4,
                 "num_train_epochs": 1.5}
                """));
    assertThat(WorkerSpec.method(given)).isEqualTo("dora");
    assertThat(WorkerSpec.method(TrainingSpec.DEFAULTS)).isEqualTo("lora");
  }

  @ParameterizedTest
  @CsvSource({
    "{}, lora",
    "{\"use_dora\": true}, dora",
    "{\"method\": \"qlora\"; \"use_dora\": true}, dora",
    "{\"method\": \"lora\"; \"use_dora\": false}, lora",
    "{\"method\": \"freeze\"}, freeze"
  })
  void theKindOfAnAdapterIsWhatWasTrained(String spec, String kind) throws Exception {
    TrainingSpec given = Plans.read(spec.replace(';', ','), TrainingSpec.class);
    assertThat(WorkerSpec.kind(given)).isEqualTo(kind);
  }

  @Test
  void theWorkerKnowsEveryNameThatMayBeSent() throws Exception {
    List<String> ours =
        Stream.of(TrainingSpec.class.getRecordComponents())
            .map(
                part ->
                    Json.MAPPER.getPropertyNamingStrategy() instanceof NamingBase names
                        ? names.translate(part.getName())
                        : part.getName())
            .filter(name -> !Set.of("model", "suffix", "priority").contains(name))
            .toList();

    assertThat(python("from tune.spec import CHECKS; print(*CHECKS)").split(" "))
        .containsExactlyInAnyOrderElementsOf(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "lora, hidden_size, 192",
    "dora, hidden_size, 8",
    "adapter, n_embd, 768",
    "full, d_model, 512",
    "freeze, hidden_size, 4096",
    "lora, dim, 768",
    "lora, emb_dim, 2048",
    "prefix, hidden_size, 64",
    "p_tuning, hidden_size, 64",
    "prompt, hidden_size, 64"
  })
  void theMultiplierMultipliesTheWorkersOwnRate(String method, String name, int width)
      throws Exception {
    Files.writeString(base.resolve("config.json"), "{\"%s\": %d}".formatted(name, width));
    TrainingSpec spec = Plans.read("{\"method\": \"%s\"}".formatted(method), TrainingSpec.class);
    double worker =
        Double.parseDouble(
            python(
                "from tune.rates import default_rate; print(default_rate('%s', %d))"
                    .formatted(method, width)));

    assertThat(LearningRate.of(spec, 1.0, base)).isEqualTo(worker);
    assertThat(LearningRate.of(spec, 0.5, base)).isEqualTo(worker / 2);
  }

  @Test
  void aRateThatIsGivenStays() throws Exception {
    assertThat(LearningRate.of(TrainingSpec.DEFAULTS, null, base)).isNull();
    TrainingSpec given = Json.MAPPER.readValue("{\"learning_rate\": 0.1}", TrainingSpec.class);
    assertThat(LearningRate.of(given, null, base)).isEqualTo(0.1);
  }

  private static String python(String script) throws Exception {
    ProcessBuilder python = new ProcessBuilder(FakeWorker.PYTHON, "-c", script);
    python.environment().put("PYTHONPATH", "runtime");
    Process process = python.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
