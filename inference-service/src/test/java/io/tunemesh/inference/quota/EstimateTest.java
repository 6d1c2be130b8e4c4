package io.tunemesh.inference.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Api;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EstimateTest {

  @Test
  void countsLettersAndCharactersAndWhatTheAnswerMayHave() throws IOException {
    assertThat(chat("{\"messages\": [{\"content\": \"12345678\"}], \"max_tokens\": 10}"))
        .isEqualTo(12);
    assertThat(chat("{\"messages\": [{\"content\": \"阅读文本\"}], \"max_tokens\": 10}")).isEqualTo(14);
    assertThat(chat("{\"messages\": [], \"max_completion_tokens\": 5, \"max_tokens\": 90}"))
        .isEqualTo(6);
    assertThat(chat("{\"messages\": [], \"max_tokens\": 5, \"n\": 3}")).isEqualTo(16);
    assertThat(chat("{\"prompt\": [[1, 2, 3], [4]], \"max_tokens\": 0}")).isEqualTo(4);
    assertThat(chat("{}")).isEqualTo(1 + 256);
  }

  @Test
  void expectsNoAnswerOfAnEmbedding() throws IOException {
    assertThat(Estimate.tokens(Api.EMBEDDINGS, body("{\"input\": [\"1234\", \"5678\"]}"), 256))
        .isEqualTo(2);
  }

  private static long chat(String json) throws IOException {
    return Estimate.tokens(Api.CHAT, body(json), 256);
  }

  private static ObjectNode body(String json) throws IOException {
    return Json.MAPPER.readValue(json, ObjectNode.class);
  }
}
