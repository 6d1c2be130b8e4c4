package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import org.junit.jupiter.api.Test;

class BuiltTest {

  @Test
  void takesNoLabelForARecipe() throws Exception {
    JsonNode manifest =
        Json.MAPPER.readTree(
            """
            {"sources": [
              {"labels": {"recipe": 5, "other": 1}, "recipe": "text_classification"},
              {"recipe": "exam"},
              {"recipe": "text_classification"}]}
            """);

    assertThat(new Built("ds-1", null, null, manifest).recipes())
        .containsExactly("text_classification", "exam");
  }
}
