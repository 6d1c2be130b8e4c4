package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {

  private static final Excerpt FOUND =
      new Excerpt(
          "file-1", "a.txt", null, 0.5, "Words.", new Place(null, null, null, null, null, null));

  @Test
  void saysTheSameBehindInstructionsInPartsAsBehindATextOfTheirLines() throws IOException {
    ObjectNode text = body("\"Be brief.\\nBe kind.\"");
    ObjectNode parts =
        body(
            """
            [{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Be kind."}]
            """);

    Prompt.put(text, List.of(FOUND), "Well?", null);
    Prompt.put(parts, List.of(FOUND), "Well?", null);

    assertThat(String.join("\n", parts.at("/messages/0/content").findValuesAsText("text")))
        .isEqualTo(text.at("/messages/0/content").asText());
  }

  private static ObjectNode body(String system) throws IOException {
    return (ObjectNode)
        Json.MAPPER.readTree(
            """
            {"messages": [{"role": "system", "content": %s}, {"role": "user", "content": "Well?"}]}
            """
                .formatted(system));
  }
}
