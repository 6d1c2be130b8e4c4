package io.tunemesh.inference.completion;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {

  private final Splitter splitter = new Splitter();
  private final List<String> frames = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void handsOutWholeFramesHoweverTheirBytesCome(int size) {
    String first = "data: {\"a\":\"字\"}\n\n";
    String second = ": still here\r\n\r\n";
    String third = "event: x\ndata: 1\ndata: 2\n\n";
    byte[] all = (first + second + third + "data: cut").getBytes(UTF_8);

    for (int at = 0; at < all.length; at += size) {
      Buffer bytes = Buffer.buffer(all).getBuffer(at, Math.min(all.length, at + size));
      splitter.next(bytes, frame -> frames.add(new String(frame, UTF_8)));
    }

    assertThat(frames).containsExactly(first, second, third);
    assertThat(splitter.rest()).isEqualTo("data: cut".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data: {\"a\":1}LL | {\"a\":1}",
        "data:{\"a\":1} LL | {\"a\":1}",
        "data: {\"a\":Ldata: 1}LL | {\"a\":1}",
        "event: xLdata: {\"a\":1}LL | {\"a\":1}",
        "data: {\"a\":1}Lid: 4LL | {\"a\":1}",
        "data: {}LL | {}",
        "data: [1]LL | [1]",
        "data: [DONE]LL |",
        "data: {\"a\":}LL |",
        ": {\"a\":1}LL |"
      })
  void readsTheDataOfAFrame(String frame, String json) {
    for (String end : List.of("\n", "\r\n")) {
      var read = Splitter.json(frame.replace("L", end).getBytes(UTF_8));

      assertThat(read == null ? null : read.toString()).isEqualTo(json);
    }
  }

  @Test
  void readsWhatIsNotInUtf8AsTextWithMarksInIt() {
    byte[] frame = "data: {\"a\":\"\u00ff!\"}\n\n".getBytes(ISO_8859_1);

    assertThat(Splitter.json(frame).path("a").asText()).isEqualTo("\ufffd!");
  }
}
