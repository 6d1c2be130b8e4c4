package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What came of an {@link Ask}: a text, or why there is none.
 *
 * @param text null where there is none
 * @param failure a code; null where there is a text
 */
public record Answer(String text, String failure) {

  /** The served models do not include the one that was asked. */
  static final String MODEL_NOT_FOUND = "model_not_found";

  /** Nothing came in time. */
  static final String NO_ANSWER = "no_answer";

  private static final String PLAIN_CODE = "[A-Za-z0-9_.-]{1,64}";

  /** The answer of OpenAI's chat completion object. */
  static Answer of(JsonNode response) {
    JsonNode choice = response == null ? null : response.at("/choices/0");
    String text = choice == null ? "" : choice.at("/message/content").asText("");
    if (text.isBlank()) {
      return failed("answer_empty");
    }
    if (choice.path("finish_reason").asText("").equals("length")) {
      return failed("answer_cut_off");
    }
    // PostgreSQL's texts cannot hold it, and no example should.
    return text.indexOf('\0') >= 0 ? failed("answer_broken") : new Answer(text, null);
  }

  /** That there is no answer. */
  static Answer failed(String code) {
    return new Answer(null, code != null && code.matches(PLAIN_CODE) ? code : "engine_error");
  }
}
