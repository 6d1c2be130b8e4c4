package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.BuildProgress;
import io.tunemesh.dataset.dataset.BuildProgress.Stage;
import org.junit.jupiter.api.Test;

class AdvanceTest {

  private final Advance advance = new Advance();

  @Test
  void countsWhatIsDoneOfAStage() throws Exception {
    advance.begins(Stage.READING, 3);
    advance.adds(2);

    assertThat(Json.MAPPER.writeValueAsString(advance.progress()))
        .isEqualTo("{\"stage\":\"reading\",\"done\":2,\"of\":3}");
  }

  @Test
  void beginsAnewWithTheNextStage() throws Exception {
    advance.begins(Stage.COUNTING, 3);
    advance.adds(3);

    advance.begins(Stage.STORING, 0);

    assertThat(Json.MAPPER.writeValueAsString(advance.progress()))
        .isEqualTo("{\"stage\":\"storing\"}");
  }

  @Test
  void isNeverBeyondTheEnd() {
    advance.begins(Stage.COUNTING, 3);
    advance.adds(5);

    assertThat(advance.progress()).isEqualTo(new BuildProgress(Stage.COUNTING, 3L, 3L));
  }
}
