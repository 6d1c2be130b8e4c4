package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.inference.testing.Calls;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChatProbeTest {

  @Test
  void asksForTheLikeliestTokensWhateverTheBaseSays() throws IOException {
    String told =
        """
        {"messages": [{"role": "user", "content": "ping"}], "max_tokens": 5, "expected": "pong",
         "tokens": [5], "finish": "stop"}
        """;

    assertThat(Json.MAPPER.readValue(told, Probe.class).question())
        .isEqualTo(
            Calls.json(
                """
                {"messages": [{"role": "user", "content": "ping"}], "max_tokens": 5,
                 "temperature": 0, "top_p": 1, "top_k": -1, "min_p": 0, "repetition_penalty": 1}
                """));
  }
}
