package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.testing.TrainedRow;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainedRowTest {

  static List<TrainedRow> rows() {
    return TrainedRow.odd();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void asksTheQuestionThatWasTrained(TrainedRow row) throws Exception {
    ObjectNode body = Json.MAPPER.createObjectNode().put("file", "f").put("model", "m");
    body.put("recipe", row.recipe()).set("settings", Json.MAPPER.valueToTree(row.settings()));

    Question question = Question.of(PredictionRequest.read(body).spec());

    assertThat(question.of(row.cells()).user()).isEqualTo(row.asked());
  }

  @Test
  void leavesNoRecipeOut() {
    assertThat(rows())
        .extracting(TrainedRow::recipe)
        .containsAll(Arrays.stream(KnownRecipe.values()).map(r -> r.family.name()).toList());
  }
}
