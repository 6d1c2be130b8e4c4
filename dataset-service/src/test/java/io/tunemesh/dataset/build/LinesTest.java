package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LinesTest {

  @TempDir Path folder;

  /** An IOException would be taken for storage that is away, and waited for without an end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void failTheBuildWhereTheDiskIsFull() throws Exception {
    Path copied = Files.writeString(folder.resolve("copied"), "a\n".repeat(100_000));
    String text = "x".repeat(100_000);
    Lines lines = new Lines(Path.of("/dev/full"));

    assertThatThrownBy(() -> lines.add(Map.of("text", text, "more", text)))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> lines.add(out -> out.write(text.getBytes())))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> lines.add(copied, index -> true))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(lines::close).isInstanceOf(UncheckedIOException.class);
  }
}
