package io.tunemesh.dataset.build;

import io.tunemesh.dataset.mix.Mix;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the training part from what each source gave, by the lines that the mix allots to it. */
final class TrainingPart {

  private TrainingPart() {}

  /** Adds {@code lines} lines of a source, which has {@code examples}, to {@code train}. */
  static void add(Lines train, Path source, long examples, long lines) throws IOException {
    for (long pass = 0; pass < Mix.passes(examples, lines); pass++) {
      long now = pass;
      train.add(source, index -> Mix.takes(now, index, examples, lines));
    }
  }
}
