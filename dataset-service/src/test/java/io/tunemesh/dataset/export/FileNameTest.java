package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.split.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of exports in a header and on a disk. */
class FileNameTest {

  @Test
  void hasTheNameOfTheDatasetThePartAndTheEndingOfTheFormat() {
    assertThat(FileName.disposition(named("my exams"), Part.TRAIN, Format.ALPACA))
        .isEqualTo(
            "attachment; filename=\"my-exams-train.alpaca.json\";"
                + " filename*=UTF-8''my-exams-train.alpaca.json");
    assertThat(FileName.of(named("exams"), null, Format.CSV)).isEqualTo("exams.csv");
    assertThat(FileName.of(named(null), Part.TEST, Format.PARQUET)).isEqualTo("ds-1-test.parquet");
  }

  @Test
  void hasTheIdWhereAnOldClientKnowsNoOtherLetters() {
    assertThat(FileName.disposition(named("试卷"), null, Format.HUGGINGFACE))
        .isEqualTo("attachment; filename=\"ds-1.zip\"; filename*=UTF-8''%E8%AF%95%E5%8D%B7.zip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "a\r\nSet-Cookie: x=1",
        "a\"; filename=\"b.exe",
        "C:\\x|y?*<>",
        ".hidden",
        "\u202Egnp.exe",
        "a\0b",
        "....",
        "",
        "😀",
      })
  void isHarmlessWhateverTheNameOfTheDataset(String name) {
    String disposition = FileName.disposition(named(name), null, Format.CSV);

    assertThat(disposition)
        .matches(
            "attachment; filename=\"[A-Za-z0-9_-][A-Za-z0-9._-]*\\.csv\"; filename\\*=UTF-8''"
                + "[A-Za-z0-9_%-][A-Za-z0-9._%-]*\\.csv")
        .doesNotContain("..");
  }

  @Test
  void isShortEnoughForAnyDisk() {
    assertThat(FileName.of(named("试".repeat(200)), null, Format.CSV)).hasSize(84);
  }

  private static Built named(String name) {
    return new Built("ds-1", name, null, null);
  }
}
