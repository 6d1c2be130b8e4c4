package io.tunemesh.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseFamilyTest {

  @TempDir Path folder;

  private BaseFamily family(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    return BaseFamily.of(folder);
  }

  @Test
  void isReadFromTheModelsConfiguration() throws IOException {
    assertThat(BaseFamily.of(folder)).as("there is no file").isEqualTo(BaseFamily.OTHER);
    assertThat(family("{\"model_type\": \"bert\", \"architectures\": [\"BertForMaskedLM\"]}"))
        .isEqualTo(BaseFamily.ENCODER);
    assertThat(family("{\"model_type\": \"bert\", \"architectures\": [\"BertLMHeadModel\"]}"))
        .isEqualTo(BaseFamily.OTHER);
    assertThat(family("{\"model_type\": \"t5\", \"is_encoder_decoder\": true}"))
        .isEqualTo(BaseFamily.ENCODER_DECODER);
    assertThat(family("{\"model_type\": \"qwen2\"}")).isEqualTo(BaseFamily.OTHER);
    assertThat(family("{")).as("the worker says what is wrong").isEqualTo(BaseFamily.OTHER);
  }

  @Test
  void tellsAllThatItCannotDo() {
    TrainingSpec spec =
        Json.MAPPER.convertValue(
            Map.of("method", "prefix", "train_on_prompt", true, "frozen_precision", "fp8"),
            TrainingSpec.class);
    List<String> fields = List.of("method", "frozen_precision", "train_on_prompt");
    assertThat(BaseFamily.ENCODER.mistakes(spec))
        .extracting(Mistake::field)
        .containsExactlyElementsOf(fields);
    assertThat(BaseFamily.ENCODER_DECODER.mistakes(spec)).hasSize(3);
    assertThat(BaseFamily.OTHER.mistakes(spec)).isEmpty();
    assertThat(BaseFamily.ENCODER.mistakes(TrainingSpec.DEFAULTS)).isEmpty();
    assertThat(BaseFamily.ENCODER.mistakes((String) null))
        .extracting(Mistake::toString)
        .containsExactly(
            "model: takes a dataset of task classification, regression or tagging, not \"sft\"; this"
                + " base is an encoder");
    assertThat(BaseFamily.ENCODER.mistakes("tagging")).isEmpty();
    assertThat(BaseFamily.ENCODER_DECODER.mistakes("pt")).hasSize(1);
    assertThat(BaseFamily.ENCODER_DECODER.mistakes("sft")).isEmpty();
  }
}
