package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The golden events of completions: this service takes the answers and asks as they do. */
class GoldenCompletionsTest {

  @Test
  void takesAnAnswer() throws IOException {
    InferenceCompleted fact = (InferenceCompleted) golden("InferenceCompleted").data();

    assertThat(Answer.of(fact.response())).isEqualTo(new Answer("1．下列理解正确的一项是", null));
  }

  @Test
  void takesAFailureByItsCode() throws IOException {
    InferenceFailed fact = (InferenceFailed) golden("InferenceFailed").data();

    assertThat(Answer.failed(fact.code())).isEqualTo(new Answer(null, fact.code()));
  }

  @Test
  void asksWithTheFieldsOfTheContract() throws IOException {
    InferenceRequested asked = (InferenceRequested) golden("InferenceRequested").data();
    Generator generator =
        new Generator(Seeds.generate(1, 1, 1), Seeds.type("text_classification"), null, "s");
    generator.offer(Seeds.of("text_classification", "ex-1", Map.of("text", "a", "label", "b")));

    JsonNode body = generator.asks().getFirst().body();

    assertThat(body.get("model").isTextual()).isTrue();
    assertThat(body.at("/messages/0").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(() -> asked.request().at("/messages/0").fieldNames());
    assertThat(body.at("/messages/0/role")).isEqualTo(asked.request().at("/messages/0/role"));
    assertThat(body.get("temperature").isNumber()).isTrue();
  }

  private static Envelope<?> golden(String name) throws IOException {
    try (InputStream in =
        GoldenCompletionsTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      JsonNode golden = Json.MAPPER.readTree(in);
      return CloudEvents.read(
          header -> golden.get("headers").path(header).asText(null),
          Json.MAPPER.writeValueAsBytes(golden.get("data")));
    }
  }
}
