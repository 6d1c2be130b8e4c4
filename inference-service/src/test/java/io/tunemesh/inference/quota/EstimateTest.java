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
    assertThat(chat("{\"messages\": [5, \"1234\", {\"content\": 5}, null]}")).isGreaterThan(256);
    assertThat(chat("{}")).isEqualTo(1 + 256);
  }

  @Test
  void countsAPictureAsALargeOneAndNotByItsLetters() throws IOException {
    String content =
        """
        {"messages": [{"role": "user", "content": [
           {"type": "text", "text": "12345678"},
           {"type": "image_url", "image_url": {"url": "data:image/png;base64,%s"}},
           {"type": "input_audio", "input_audio": {"data": "%s", "format": "wav"}}]}],
         "max_tokens": 10}
        """
            .formatted("A".repeat(1_000_000), "A".repeat(1_000_000));

    // The role of the message and the type of its text are a token each.
    assertThat(chat(content)).isEqualTo(2 + 2 + 2 * 1024 + 10);
  }

  @Test
  void expectsAnAnswerOfEachPrompt() throws IOException {
    assertThat(chat("{\"prompt\": [\"1234\", \"5678\"], \"max_tokens\": 10, \"n\": 2}"))
        .isEqualTo(2 + 40);
    assertThat(chat("{\"prompt\": [[1], [2], [3]], \"max_tokens\": 10}")).isEqualTo(3 + 30);
    assertThat(chat("{\"prompt\": [1, 2, 3], \"max_tokens\": 10}")).isEqualTo(3 + 10);
    assertThat(chat("{\"prompt\": [], \"max_tokens\": 10}")).isEqualTo(1 + 10);
  }

  @Test
  void expectsTheCandidatesThatRulesAskForWhereTheQuestionNamesNone() throws IOException {
    assertThat(Estimate.tokens(Api.CHAT, body("{\"max_tokens\": 10, \"n\": null}"), 256, 4))
        .isEqualTo(1 + 40);
    assertThat(Estimate.tokens(Api.CHAT, body("{\"max_tokens\": 10, \"n\": 2}"), 256, 4))
        .isEqualTo(1 + 20);
  }

  @Test
  void expectsNoAnswerOfAnEmbedding() throws IOException {
    assertThat(Estimate.tokens(Api.EMBEDDINGS, body("{\"input\": [\"1234\", \"5678\"]}"), 256, 1))
        .isEqualTo(2);
  }

  private static long chat(String json) throws IOException {
    return Estimate.tokens(Api.CHAT, body(json), 256, 1);
  }

  private static ObjectNode body(String json) throws IOException {
    return Json.MAPPER.readValue(json, ObjectNode.class);
  }
}
