package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadAnswerTest {

  static Stream<ReadAnswer> answers() {
    Sheet sheet =
        new Sheet("试卷 \"A\"\n", 3, List.of(new Column("题目", "A"), new Column("\\", "B")), 1L << 40);
    return Stream.of(
        new ReadAnswer.Read(new Reading("workbook", List.of(sheet, sheet)), 1L << 41),
        new ReadAnswer.Read(new Reading("text", List.of()), 0),
        new ReadAnswer.Refused("a", "b\u2028😀", new Where("f", "s", 7, "c", "d")),
        new ReadAnswer.Refused("a", "b", Where.file("卷.xlsx")),
        new ReadAnswer.Fault("java.io.IOException: No space left on device"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void isWhatTheServiceReads(ReadAnswer answer) throws IOException {
    String line = answer.line();

    assertThat(line).doesNotContain("\n");
    assertThat(Json.MAPPER.readValue(line, ReadAnswer.class)).isEqualTo(answer);
  }

  @Test
  void comesToAJobAsTheServiceWroteIt() throws IOException {
    ReadJob job = new ReadJob("/a\\b", "卷 \"1\".xlsx", "/r", "/f", Pools.settings());

    ReadJob read = ReadJob.of(Json.MAPPER.writeValueAsString(job));

    assertThat(read).isEqualTo(job);
    ReaderConfig limits = ReaderSettings.read(ReaderConfig.class, read.settings());
    assertThat(limits.minInflateRatio())
        .isEqualTo(ReaderSettings.defaults(ReaderConfig.class).minInflateRatio());
  }
}
