package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonWorkerTest {

  @TempDir Path work;

  @Test
  void withoutItsInterpreterTheAttemptIsAnotherReplicas() {
    RunConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RunConfig.class)
            .withDefaultValue("tunemesh.trainer.python", work.resolve("python").toString())
            .withDefaultValue("tunemesh.trainer.work", work.toString())
            .build()
            .getConfigMapping(RunConfig.class);
    WorkerUnusable fault =
        catchThrowableOfType(
            WorkerUnusable.class, () -> PythonWorker.start(config, "starter", work));
    assertThat(fault.code()).isEqualTo("worker_not_started");
    assertThat(fault).hasMessageContaining("tunemesh.trainer.python");
    assertThat(fault.retry()).as("it counts, and another replica is to try").isTrue();
  }
}
