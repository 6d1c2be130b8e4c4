package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastChunkTest {

  private static final String TEXT =
      "data: { \"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final String END =
      "data: {\"choices\":[{\"index\":%d,\"delta\":{},\"finish_reason\":\"stop\"}]%s}\n\n";
  private static final String TOLD = ",\"tunemesh\":{\"note\":\"seen\"}";

  private final Buffer out = Buffer.buffer();

  @ParameterizedTest
  @ValueSource(strings = {"\":", "\": "})
  void holdsOnlyWhatEndsTheAnswerAndTellsInIt(String colon) {
    LastChunk last = told("{\"model\": \"m\"}");

    last.give(bytes(TEXT), out);
    assertThat(out.toString()).isEqualTo(TEXT);
    last.give(bytes(END.formatted(0, "").replace("\":", colon)), out);
    assertThat(out.toString()).isEqualTo(TEXT);
    last.end(LastChunkTest::other, out);

    assertThat(out.toString()).isEqualTo(TEXT + END.formatted(0, TOLD));
  }

  @Test
  void tellsInTheLastOfSeveralAnswers() {
    LastChunk last = told("{\"model\": \"m\"}");

    last.give(bytes(END.formatted(1, "")), out);
    last.give(bytes(TEXT), out);
    last.give(bytes(END.formatted(0, "")), out);
    last.end(LastChunkTest::other, out);

    assertThat(out.toString()).isEqualTo(END.formatted(1, "") + TEXT + END.formatted(0, TOLD));
  }

  @Test
  void tellsInOneMoreWhereTheEngineDoesNotSayWhyItEnded() {
    LastChunk last = told("{\"model\": \"m\"}");

    last.give(bytes(TEXT), out);
    last.end(LastChunkTest::other, out);

    assertThat(out.toString()).isEqualTo(TEXT + "data: {\"other\":true" + TOLD + "}\n\n");
  }

  @Test
  void holdsNothingBackOfOneWhoWantsTheUsage() {
    LastChunk last = told("{\"model\": \"m\", \"stream_options\": {\"include_usage\": true}}");

    last.give(bytes(END.formatted(0, "")), out);

    assertThat(out.toString()).isEqualTo(END.formatted(0, ""));
  }

  @Test
  void passesBytesOnWhereNothingIsTold() {
    LastChunk last = new LastChunk(turn("{\"model\": \"m\"}"));
    String end = END.formatted(0, "").replace("{\"choices", "{ \"choices");

    last.give(bytes(end), out);
    last.end(LastChunkTest::other, out);

    assertThat(out.toString()).isEqualTo(end);
  }

  private static LastChunk told(String body) {
    Turn turn = turn(body);
    turn.tell("note", TextNode.valueOf("seen"));
    return new LastChunk(turn);
  }

  private static Turn turn(String body) {
    return Turn.of(new Asker("acme", "test", null), Api.CHAT, Source.HTTP, bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode other() {
    return Json.MAPPER.createObjectNode().put("other", true);
  }
}
