package io.tunemesh.inference.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "今天下雨。我们不去！你呢？~今天下雨。/我们不去！/你呢？",
        "他说：“走吧。”然后就走了。~他说：“走吧。”/然后就走了。",
        "It rains. We stay! Do you?~It rains. /We stay! /Do you?",
        "Dr. Lee paid 3.5 dollars, e.g. for tea. He left.~Dr. Lee paid 3.5 dollars, e.g. for tea."
            + " /He left.",
        "J. Smith wrote it. \"Good.\" She left.~J. Smith wrote it. /\"Good.\" /She left.",
        "See fig. 3 and No. 4. No. It is.~See fig. 3 and No. 4. /No. /It is.",
        "1. Open it. 2. Close it.~1. Open it. /2. Close it.",
        "版本是v1.2.3。See example.com now.~版本是v1.2.3。/See example.com now.",
        "等等……好吧。~等等……/好吧。",
        "no end~no end"
      })
  void partsChineseAndEnglish(String text, String expected) {
    assertThat(String.join("/", Sentences.of(text))).isEqualTo(expected);
  }

  @Test
  void aLineBreakEndsASentence() {
    assertThat(Sentences.of("one\ntwo.\nthree")).containsExactly("one\n", "two.\n", "three");
  }

  @Test
  void tellsNoEndThatMoreTextCouldMove() {
    assertThat(Sentences.end("It rains.", 0, false)).isEqualTo(-1);
    assertThat(Sentences.end("It rains. ", 0, false)).isEqualTo(-1);
    assertThat(Sentences.end("It rains. W", 0, false)).isEqualTo(10);
    assertThat(Sentences.end("下雨了。", 0, false)).isEqualTo(-1);
    assertThat(Sentences.end("下雨了。”", 0, false)).isEqualTo(-1);
  }

  @Test
  void sentencesPutTogetherAreTheText() {
    String text = "A.B. c。。 d?!」 e\r\n\r\nf… 3.14 5.\n\n  g";

    assertThat(String.join("", Sentences.of(text))).isEqualTo(text);
  }
}
