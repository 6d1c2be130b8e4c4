package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Greedy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A prompt with the greedy answer, which an engine has to give to the letter.
 *
 * @param maxTokens how long that answer was allowed to be
 */
record ChatProbe(ArrayNode messages, int maxTokens, String expected) implements Probe {

  private static final int EXCERPT = 40;
  private static final String GOES_ON =
      ", for want of an end that training had: put stop_token_ids of training_summary.json into eos_token_id of the base's generation_config.json";
  private static final String THOUGHT = "<think>";
  private static final String BLANKS = "</?think>|\\s";

  @Override
  public String path() {
    return "/v1/chat/completions";
  }

  @Override
  public ObjectNode question() {
    ObjectNode question = Greedy.question().put("max_tokens", maxTokens);
    question.set("messages", messages);
    return question;
  }

  @Override
  public boolean isWhole() {
    return messages != null && expected != null;
  }

  /** Says where the answer first differs. */
  @Override
  public Optional<String> difference(ObjectNode answer) {
    JsonNode message = answer.path("choices").path(0).path("message");
    String said = message.path("content").asText("");
    if (said.equals(expected) || isTheSameWithItsThought(message, said)) {
      return Optional.empty();
    }
    int at = 0;
    while (at < Math.min(expected.length(), said.length())
        && expected.charAt(at) == said.charAt(at)) {
      at++;
    }
    return Optional.of(
        "from character %d on, training said %s and the engine says %s%s"
            .formatted(
                at + 1,
                excerpt(expected, at),
                excerpt(said, at),
                at == expected.length() ? GOES_ON : ""));
  }

  /** A vLLM with --reasoning-parser tells a thought beside the answer, without its marks. */
  private boolean isTheSameWithItsThought(JsonNode message, String said) {
    String thought = message.path("reasoning").asText(message.path("reasoning_content").asText(""));
    return expected.startsWith(THOUGHT)
        && !said.startsWith(THOUGHT)
        && (thought + said).replaceAll(BLANKS, "").equals(expected.replaceAll(BLANKS, ""));
  }

  /** Halves of characters at its ends, which JSON cannot hold, become question marks. */
  private static String excerpt(String text, int from) {
    int start = Math.max(0, from - EXCERPT / 4);
    int end = Math.min(text.length(), from + EXCERPT);
    byte[] part = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
    return "'"
        + (start > 0 ? "…" : "")
        + new String(part, StandardCharsets.UTF_8)
        + (end < text.length() ? "…" : "")
        + "'";
  }
}
