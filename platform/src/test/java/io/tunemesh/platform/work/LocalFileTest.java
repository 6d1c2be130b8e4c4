package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LocalFileTest {

  @TempDir Path folder;

  @Test
  void holdsWhatIsWrittenAndThenMore() throws IOException {
    Path file = folder.resolve("file");
    try (OutputStream out = LocalFile.create(file)) {
      out.write("ab".getBytes());
    }
    try (OutputStream out = LocalFile.append(file)) {
      out.write('c');
    }

    assertThat(file).hasContent("abc");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void failsAsItsWorkDoesWhereTheDiskIsFull() throws IOException {
    try (OutputStream out = LocalFile.create(Path.of("/dev/full"))) {
      assertThatThrownBy(() -> out.write('a'))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("/dev/full");
    }
    assertThatThrownBy(() -> LocalFile.create(folder.resolve("none/file")))
        .isInstanceOf(UncheckedIOException.class);
  }
}
