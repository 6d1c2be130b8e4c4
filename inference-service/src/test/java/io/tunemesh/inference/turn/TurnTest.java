package io.tunemesh.inference.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnTest {

  private static final String WHOLE =
      """
      {"model": "m", "priority": -5, "tools": [{"type": "file_search"}]}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void findsAFieldAndAToolInEveryEncodingOfJson(String encoding) {
    assertThat(of(WHOLE, encoding).field("priority").intValue()).isEqualTo(-5);
    assertThat(of(WHOLE, encoding).mayHaveTool("file_search")).isTrue();
    assertThat(of(WHOLE, encoding).field("service_tier").isMissingNode()).isTrue();
  }

  @Test
  void findsAFieldAndAToolWhoseNamesAreEscaped() {
    String escaped =
        WHOLE.replace("priority", "\\u0070riority").replace("file_search", "file\\u005Fsearch");

    assertThat(of(escaped, "UTF-8").field("priority").intValue()).isEqualTo(-5);
    assertThat(of(escaped, "UTF-8").mayHaveTool("file_search")).isTrue();
  }

  @Test
  void findsNothingInAQuestionThatHasNothing() {
    String plain = "{\"model\": \"m\", \"user\": \"\\u0041\"}";

    assertThat(of(plain, "UTF-8").field("priority").isMissingNode()).isTrue();
    assertThat(of(plain, "UTF-8").mayHaveTool("file_search")).isFalse();
  }

  private static Turn of(String body, String encoding) {
    byte[] bytes = body.getBytes(Charset.forName(encoding));
    return Turn.of(new Asker("acme", "test", null), Api.CHAT, Source.HTTP, bytes);
  }
}
