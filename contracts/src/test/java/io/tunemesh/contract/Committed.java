package io.tunemesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is made from the code and committed. A test compares the two; with {@code
 * -Dcontracts.write=true} it writes the file instead.
 */
public final class Committed {

  private Committed() {}

  /** Fails if {@code file}, relative to the module, does not hold exactly {@code made}. */
  public static void holds(Path file, String made) throws IOException {
    if (Boolean.getBoolean("contracts.write")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, made);
    }
    assertThat(file).as("run the tests once with -Dcontracts.write=true").hasContent(made);
  }
}
