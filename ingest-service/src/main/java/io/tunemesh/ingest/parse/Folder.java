package io.tunemesh.ingest.parse;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that goes with all in it when this is closed. */
record Folder(Path path) implements Closeable {

  /** A new one in {@code parent}, which is made if it is not there. */
  static Folder in(Path parent, String name) throws IOException {
    return new Folder(Files.createTempDirectory(Files.createDirectories(parent), name + "-"));
  }

  /** A new one where the system has such. */
  static Folder temporary(String name) throws IOException {
    return new Folder(Files.createTempDirectory(name));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> left = Files.walk(path)) {
      for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
