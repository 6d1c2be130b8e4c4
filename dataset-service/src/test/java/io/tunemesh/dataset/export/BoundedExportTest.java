package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a writer holds back does not grow with the examples. */
class BoundedExportTest {

  private static final int EXAMPLES = 4000;
  private static final int BYTES = 20_000;

  /** Counts what comes out. */
  private static final class Counting extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      count += length;
    }
  }

  /**
   * The examples are noise, of which gzip makes three quarters at the least, so what has gone in
   * and has not come out is what is held.
   */
  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"ALPACA", "SHAREGPT", "MESSAGES", "CSV", "PARQUET"})
  void comesOutAsItGoesIn(Format format) throws IOException {
    Counting out = new Counting();
    ExampleWriter rows =
        switch (format) {
          case ALPACA -> JsonRows.array(out, AlpacaRow::of);
          case SHAREGPT -> JsonRows.array(out, ShareGptRow::of);
          case MESSAGES -> JsonRows.lines(out, ChatRow::of);
          case CSV -> new CsvRows(out, List.of("messages"));
          default -> new ParquetRows(out, false);
        };
    Random random = new Random(3);
    byte[] noise = new byte[BYTES * 3 / 4];
    long in = 0;
    long mostHeld = 0;

    for (int i = 0; i < EXAMPLES; i++) {
      random.nextBytes(noise);
      rows.add(example(Base64.getEncoder().encodeToString(noise)));
      in += noise.length;
      mostHeld = Math.max(mostHeld, in - out.count);
    }
    rows.end();

    assertThat(out.count).isGreaterThanOrEqualTo((long) EXAMPLES * noise.length);
    assertThat(mostHeld).isLessThan(2L * ParquetRows.ROW_GROUP);
  }

  private static ExampleLine example(String text) {
    ObjectNode line = Exporting.line("ex-1", Part.TRAIN, "messages");
    line.putArray("messages")
        .add(Json.MAPPER.createObjectNode().put("role", "user").put("content", "q"))
        .add(Json.MAPPER.createObjectNode().put("role", "assistant").put("content", text));
    return Exporting.example(line);
  }
}
