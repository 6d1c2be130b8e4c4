package io.tunemesh.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParentSettingsTest {

  @Test
  void takesOverNothingThatTheNewJobSaysOtherwise() throws Exception {
    ObjectNode parent = read("{\"num_train_epochs\": 2, \"warmup_steps\": 5, \"lora_rank\": 16}");
    ObjectNode asked = read("{\"max_steps\": 40, \"warmup_ratio\": 0.1}");

    new ParentSettings("ds-1", parent, null, Map.of(), null)
        .takeOver(asked, new Hyperparameters.Asked(null, null, null, null, null, null));

    assertThat(asked)
        .isEqualTo(read("{\"max_steps\": 40, \"warmup_ratio\": 0.1, \"lora_rank\": 16}"));
  }

  @Test
  void takesOverWhatItsParentSaidInOneOfTwoWays() throws Exception {
    ObjectNode asked = read("{}");

    new ParentSettings(
            "ds-1", read("{\"num_train_epochs\": null, \"max_steps\": 40}"), null, Map.of(), null)
        .takeOver(asked, new Hyperparameters.Asked(null, null, null, null, null, null));

    assertThat(asked).isEqualTo(read("{\"max_steps\": 40}"));
  }

  private static ObjectNode read(String json) throws Exception {
    return (ObjectNode) Json.MAPPER.readTree(json);
  }
}
