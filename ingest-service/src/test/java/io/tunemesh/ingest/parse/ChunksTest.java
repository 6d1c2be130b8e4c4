package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.platform.blob.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunksTest {

  @ParameterizedTest
  @CsvSource({"0,1", "1,1", "1,1000", "7,20", "1000,1", "1000,64", "1000,100000"})
  void haveAllLinesWhole(int count, int least) throws IOException {
    String lines =
        IntStream.range(0, count)
            .mapToObj(i -> "{\"row\":%d,\"text\":\"%s\"}".formatted(i, "字".repeat(i % 9)))
            .collect(Collectors.joining("\n"));

    for (String end : count == 0 ? List.of("") : List.of("", "\n")) {
      byte[] bytes = (lines + end).getBytes(StandardCharsets.UTF_8);
      Chunks reading = new Chunks(new ByteArrayInputStream(bytes), least);
      byte[] read = reading.readAllBytes();
      List<Chunk> chunks = reading.all();

      assertThat(read).isEqualTo(bytes);
      assertThat(joined(chunks, bytes)).isEqualTo(lines + end);
      assertThat(chunks).extracting(Chunk::rows).allMatch(rows -> rows > 0);
      assertThat(chunks.stream().mapToLong(Chunk::rows).sum()).isEqualTo(count);
      assertThat(chunks.stream().limit(Math.max(0, chunks.size() - 1)))
          .allMatch(chunk -> chunk.bytes() >= least && chunk.bytes() < least + 60);
    }
  }

  private static String joined(List<Chunk> chunks, byte[] bytes) {
    return chunks.stream()
        .map(
            chunk -> {
              int from = (int) chunk.offset();
              byte[] own = Arrays.copyOfRange(bytes, from, from + (int) chunk.bytes());
              assertThat(Digests.sha256(own)).isEqualTo(chunk.sha256());
              return new String(own, StandardCharsets.UTF_8);
            })
        .collect(Collectors.joining());
  }
}
