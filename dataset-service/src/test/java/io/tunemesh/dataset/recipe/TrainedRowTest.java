package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.platform.testing.TrainedRow;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainedRowTest {

  static List<TrainedRow> rows() {
    return TrainedRow.odd();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void trainsTheQuestionThatATableJobAsks(TrainedRow row) throws Exception {
    Sample sample = Sample.jsonl(Json.MAPPER.writeValueAsString(row.cells()));
    row.settings().forEach(sample::with);

    assertThat(sample.read(row.recipe()).texts(0).getFirst()).isEqualTo("user: " + row.asked());
  }
}
