package io.tunemesh.ingest.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real exhaustion of a real heap. */
class SmallHeapTest {

  @TempDir Path folder;

  @Test
  void outlivesAFileThatFillsTheHeapAndReadsOneLargerThanIt() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx40m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SmallHeap.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(said)
        .containsExactly(
            "too_large",
            "1 rows, more than the heap: false",
            "12000 rows, more than the heap: true");
    assertThat(process.exitValue()).isZero();
  }
}
