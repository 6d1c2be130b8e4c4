package io.tunemesh.inference.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {

  @Test
  void readsWhatItNeeds() throws IOException {
    String body =
        """
        {"model": "a/b 深😀", "stream": true, "stream_options": {"include_usage": true, "x": [1]}}
        """;

    assertThat(both(body)).isEqualTo(new Head("a/b 深😀", true, true, false, false, Set.of()));
    assertThat(both("{\"model\": \"m\", \"stream\": null, \"stream_options\": null}"))
        .isEqualTo(new Head("m", false, false, false, false, Set.of()));
    assertThat(both("{\"model\": \"m\", \"\\u0070riority\": null, \"x\": {\"service_tier\": 1}}"))
        .isEqualTo(new Head("m", false, false, false, false, Set.of("priority")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "a\\nb", "a\\u0085", "\\ud800a", "long"})
  void knowsNoModelByANameThatNoModelCanHave(String name) {
    String model = name.equals("long") ? "x".repeat(257) : name;

    Problem problem = refused("{\"model\": \"%s\"}".formatted(model));

    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.code()).isEqualTo("model_not_found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "stream": "yes"                            | stream
          "stream": 1                                | stream
          "stream": []                               | stream
          "stream_options": true                     | stream_options
          "stream_options": []                       | stream_options
          "stream_options": {"include_usage": "yes"} | stream_options.include_usage
          "stream_options": {"include_usage": {}}    | stream_options.include_usage
          """)
  void refusesAStreamThatIsAskedForInOtherTypes(String field, String param) {
    Problem problem = refused("{\"model\": \"m\", %s}".formatted(field));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.code()).isEqualTo("invalid_value");
    assertThat(problem.param()).isEqualTo(param);
  }

  private static Head both(String body) throws IOException {
    Head head = Head.of(body.getBytes(StandardCharsets.UTF_8));
    assertThat(Head.of(Json.MAPPER.readValue(body, ObjectNode.class))).isEqualTo(head);
    return head;
  }

  private static Problem refused(String body) {
    Refusal bytes =
        catchThrowableOfType(Refusal.class, () -> Head.of(body.getBytes(StandardCharsets.UTF_8)));
    Refusal tree =
        catchThrowableOfType(
            Refusal.class, () -> Head.of(Json.MAPPER.readValue(body, ObjectNode.class)));
    assertThat(tree.problem()).isEqualTo(bytes.problem());
    return bytes.problem();
  }
}
