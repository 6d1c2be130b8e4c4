package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {

  private final Opening opening = new Opening();

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": still here",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}",
        "data: {\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[]}}],\"usage\":{\"prompt_tokens\":3}}",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3}}",
        "data: {\"choices\":[{\"text\":\"\"}]}"
      })
  void holdsWhatSaysNothing(String frame) {
    opening.next(Buffer.buffer(frame + "\n\n"));

    assertThat(opening.isSaid()).isFalse();
    assertThat(opening.error()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[{\"delta\":{\"content\":\" \"}}]}",
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}",
        "data: {\"choices\":[{\"delta\":{}},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
        "data: {\"choices\":[{\"text\":\"a\"}]}",
        "data: {\"some\":\"thing else\"}",
        "data: {\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\"}}",
        "data: [DONE]"
      })
  void letsGoWhatSaysSomething(String frame) {
    String role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
    String all = role + frame + "\n\n";
    opening.next(Buffer.buffer(all.substring(0, role.length() + 7)));
    assertThat(opening.isSaid()).isFalse();

    opening.next(Buffer.buffer(all.substring(role.length() + 7)));

    assertThat(opening.isSaid()).isTrue();
    assertThat(opening.held()).isEqualTo(Buffer.buffer(all));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"error\":{\"message\":\"m\",\"code\":503}} | 503",
        "{\"error\":{\"message\":\"m\",\"code\":null,\"type\":\"server_error\"}} | 500",
        "{\"error\":{\"message\":\"m\",\"type\":\"RateLimitError\"}} | 429",
        "{\"object\":\"error\",\"message\":\"m\",\"type\":\"InternalServerError\",\"code\":500} | 500"
      })
  void tellsOfAnErrorThatAnotherEngineMayNotHave(String error, int status) {
    opening.next(Buffer.buffer("data: " + error + "\n\ndata: [DONE]\n\n"));

    assertThat(opening.isSaid()).isFalse();
    assertThat(opening.error().status()).isEqualTo(status);
    assertThat(opening.error().detail()).isEqualTo("m");
  }

  @Test
  void holdsNoMoreThanItMay() {
    opening.next(Buffer.buffer(": still here\n\n".repeat(10_000)));

    assertThat(opening.isSaid()).isTrue();
  }
}
