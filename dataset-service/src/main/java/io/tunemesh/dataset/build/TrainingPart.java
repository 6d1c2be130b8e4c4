package io.tunemesh.dataset.build;

import io.tunemesh.dataset.mix.Mix;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the training part from what each source gave, by the lines that the mix allots to it. */
final class TrainingPart {

  private TrainingPart() {}

  /** Adds {@code lines} lines of a source, which has {@code examples}, to {@code train}. */
  static void add(Lines train, Path source, long examples, long lines) throws IOException {
    for (long pass = 0; pass < Mix.passes(examples, lines); pass++) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(source), 1 << 16)) {
        var line = new Line();
        for (long index = 0; line.read(in); index++) {
          if (Mix.takes(pass, index, examples, lines)) {
            train.add(line.bytes(), line.length());
          }
        }
      }
    }
  }

  /** One line with its end, in a buffer that is used again. */
  private static final class Line extends ByteArrayOutputStream {

    boolean read(InputStream in) throws IOException {
      reset();
      int next;
      while ((next = in.read()) >= 0) {
        write(next);
        if (next == '\n') {
          return true;
        }
      }
      return false;
    }

    byte[] bytes() {
      return buf;
    }

    int length() {
      return count;
    }
  }
}
