package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

  @Test
  void takesTheAnswerBehindAThoughtThatIsToldBesideIt() throws IOException {
    ChatProbe probe = new ChatProbe(Json.MAPPER.createArrayNode(), 9, "<think>\n\n</think>\n\nyes");

    assertThat(probe.difference(answer("<think>\n\n</think>\n\nyes"))).isEmpty();
    assertThat(probe.difference(answer("yes"))).isEmpty();
    assertThat(probe.difference(answer("no"))).isPresent();
    assertThat(probe.difference(answer("<think>\nwell\n</think>\n\nyes"))).isPresent();
    assertThat(probe.difference(thinking("well", "yes"))).isPresent();

    ChatProbe unfinished = new ChatProbe(Json.MAPPER.createArrayNode(), 9, "<think>\nwell, so");
    assertThat(unfinished.difference(thinking("well, so", null))).isEmpty();
    assertThat(unfinished.difference(thinking("no", null))).isPresent();
    assertThat(probe.difference(answer(null))).isPresent();
  }

  @Test
  void saysWhatIsMissingWhereTheEngineGoesOnBehindTheAnswer() {
    ChatProbe probe = new ChatProbe(Json.MAPPER.createArrayNode(), 9, "yes");

    assertThat(probe.difference(answer("yes<|im_end|>\nassistant")).orElseThrow())
        .contains("from character 4 on", "generation_config.json");
    assertThat(probe.difference(answer("no")).orElseThrow())
        .contains("from character 1 on")
        .doesNotContain("generation_config.json");
  }

  private static ObjectNode thinking(String thought, String content) {
    ObjectNode answer = answer(content);
    answer.withObject("/choices/0/message").put("reasoning", thought);
    return answer;
  }

  private static ObjectNode answer(String content) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.withArray("choices").addObject().putObject("message").put("content", content);
    return answer;
  }
}
