package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableWriterTest {

  @Test
  void anEmptyAnswerAloneInItsLineIsARowAllTheSame() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TableWriter table = new TableWriter(out, List.of("answer"), false);
    table.line("[\"one\"]");
    table.line("[\"\"]");
    table.line("[\"three\"]");
    table.end();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("answer\r\none\r\n\"\"\r\nthree\r\n");
  }
}
