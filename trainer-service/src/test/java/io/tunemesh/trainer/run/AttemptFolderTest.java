package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there of a folder that another process may take away at any time. */
class AttemptFolderTest {

  @TempDir Path work;

  @Test
  void aFolderThatIsGoneOrNoneHasNoChildren() throws Exception {
    Path file = Files.writeString(work.resolve("a file"), "text");
    assertThat(AttemptFolder.children(work)).containsExactly(file);
    assertThat(AttemptFolder.children(work.resolve("gone"))).isEmpty();
    assertThat(AttemptFolder.children(file)).isEmpty();
  }
}
