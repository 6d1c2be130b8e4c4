package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.dataset.dataset.ExampleLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLinesTest {

  @Test
  void readsWhatIngestWrites() throws IOException {
    String all = "a\"b\\c/d\ne\tf\rg\bh\u0001i\u2028中文é\u007f😀 " + "long ".repeat(200) + "\n";
    List<SourceRecord> records =
        List.of(
            new SourceRecord(null, 1, values("text", all, "label", "x")),
            new SourceRecord(null, 2, values("text", "", "label", all)),
            new SourceRecord(null, 3, values("label", "only")),
            new SourceRecord(null, 4, values("text", "\n" + "long ".repeat(300))),
            new SourceRecord(null, 5, values("text", "\"长\" ".repeat(999) + "a".repeat(9999))),
            new SourceRecord("表 \"1\"", 123_456_789, values("题\n目", "值", "b", "c", "d", "e")),
            new SourceRecord("", 1_234_567_890, values("b", "\n")),
            new SourceRecord(null, 0, values()));
    StringBuilder lines = new StringBuilder();
    for (SourceRecord record : records) {
      lines.append(Json.MAPPER.writeValueAsString(record)).append('\n');
    }

    assertThat(read(lines.toString())).isEqualTo(records);
    assertThat(read(lines.toString().strip())).isEqualTo(records);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"row\" : 7 , \"values\" : { \"a\" : \"b\" } }",
        "{\"values\":{\"a\":\"b\"},\"row\":7}",
        "{\"row\":7,\"values\":{\"a\":\"b\"},\"later\":[1,{\"x\":2}]}",
        "{\"row\":7,\"values\":{\"\\u0061\":\"\\u0062\"}}"
      })
  void readsOtherFormsOfTheSame(String line) throws IOException {
    SourceRecord wanted = new SourceRecord(null, 7, values("a", "b"));

    assertThat(read(line + "\n" + line)).containsExactly(wanted, wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"row\":7,\"values\":{\"a\":\"b\"}",
        "{\"row\":7,\"values\":{\"a\":\"b}}",
        "{\"row\":7,\"values\":{\"a\":1}}",
        "{\"row\":7,\"values\":{\"a\":\"b\"}}}",
        "{\"row\":7,\"values\":{\"a\":\"\\x\"}}",
        "{\"row\":7,\"values\":{\"a\":\"b\\"
      })
  void failsAtALineThatIsNoRecord(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(IOException.class);
  }

  @Test
  void tellsWhichRecordsMayHoldHalves() throws IOException {
    String lines = line("한글 \ud7ff\ue000 \\n") + line("😀") + line("a") + line("\\ud83d\\ude00");
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    RecordLines reading = new RecordLines(bytes, bytes.length);
    List<Boolean> halves = new ArrayList<>();
    while (reading.next() != null) {
      halves.add(reading.mayHoldHalves());
    }

    assertThat(halves).containsExactly(false, true, false, true);
  }

  private static String line(String text) {
    return "{\"row\":1,\"values\":{\"text\":\"" + text + "\"}}\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain é 汉字 한글 \u007f\u2028 " + "long ",
        "\\n\\t\\r\\\"\\\\",
        "a\\/b",
        "\\b\\f",
        "\\u0041\\u001f",
        "\\ud83d\\ude00",
        "😀",
        "\\\\u0041",
        ""
      })
  void writesTextsAsTheMapperWouldWhereverTheyCameFrom(String json) throws IOException {
    String line = "{\"row\":1,\"values\":{\"text\":\"" + json + "\",\"more\":\"x" + json + "\"}}";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    RecordLines reading = new RecordLines(bytes, bytes.length);
    SourceRecord record = reading.next();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream wanted = new ByteArrayOutputStream();

    try (LineWriter writer = new LineWriter(10, reading.cells())) {
      for (String text : record.values().values()) {
        writer
            .writeWords(
                new ExampleLine(null, null, null, null, text, null, null, null, null, null, null))
            .writeWordsTo(written);
        wanted.write(Json.MAPPER.writeValueAsBytes(Map.of("text", text)));
      }
    }

    assertThat(written.toByteArray()).isEqualTo(wanted.toByteArray());
  }

  private static List<SourceRecord> read(String lines) throws IOException {
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    RecordLines reading = new RecordLines(bytes, bytes.length);
    List<SourceRecord> read = new ArrayList<>();
    for (SourceRecord record = reading.next(); record != null; record = reading.next()) {
      read.add(record);
    }
    return read;
  }

  private static Map<String, String> values(String... pairs) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return values;
  }
}
