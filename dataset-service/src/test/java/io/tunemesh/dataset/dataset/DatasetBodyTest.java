package io.tunemesh.dataset.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetBodyTest {

  @Test
  void tellsWhatTheSchemaFindsAndAllThatItCannotFind() {
    InvalidPlan invalid =
        invalid(
            """
            {"sources": [
               {"file": "file-a", "recipe": "role_dialogue", "repeat": 0,
                "filters": [{"column": "x"}], "settings": {"history": 99}},
               {"recipe": "no_such", "settings": {"colour": "x"}},
               {"recipe": "exam", "template": "Say"},
               5],
             "split": {"test": 2}, "clean": {"similarity": 0.9}, "training": {"colour": 1}}
            """);

    assertThat(invalid.mistakes())
        .extracting(Mistake::field)
        .contains("training.colour")
        .filteredOn(field -> !field.startsWith("training."))
        .containsExactlyInAnyOrder(
            "sources[0].repeat",
            "sources[0].filters[0].test",
            "sources[0].settings.history",
            "sources[0].settings.role",
            "sources[1].file",
            "sources[1].recipe",
            "sources[2].file",
            "sources[2].template",
            "sources[3]",
            "split.test",
            "clean.similarity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"sources\": 1}", "{\"sources\": []}", "{\"sources\": null}"})
  void asksForSourcesOnce(String body) {
    assertThat(invalid(body).mistakes()).extracting(Mistake::field).containsExactly("sources");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a b\"", "\"a/b\"", "\"a\\n\"", "\"\"", "1"})
  void takesNoRunThatNoUploadCanHave(String run) {
    assertThat(
            invalid("{\"sources\": [{\"file\": \"file-a\"}], \"run\": %s}".formatted(run))
                .mistakes())
        .extracting(Mistake::field)
        .containsExactly("run");
  }

  @Test
  void refusesMoreThanAnEventCarries() {
    String source = "{\"file\": \"file-%s\"}".formatted("x".repeat(500));

    assertThat(
            invalid("{\"sources\": [" + String.join(",", Collections.nCopies(2000, source)) + "]}")
                .mistakes())
        .singleElement()
        .satisfies(
            mistake -> {
              assertThat(mistake.field()).isEqualTo("sources");
              assertThat(mistake.message()).contains("800,000");
            });
  }

  private static InvalidPlan invalid(String body) {
    return catchThrowableOfType(InvalidPlan.class, () -> DatasetBody.read(body));
  }
}
