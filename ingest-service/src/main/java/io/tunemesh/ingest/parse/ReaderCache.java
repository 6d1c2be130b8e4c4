package io.tunemesh.ingest.parse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JVM's ahead-of-time cache of a reader, with its classes loaded and linked: with it a reader
 * starts in two thirds of the time and needs less memory. It lies beside the built service; the
 * program makes it, and a reader without one is only slower.
 */
final class ReaderCache {

  private static final String NAME = "reader.aot";

  private ReaderCache() {}

  /**
   * What tells a reader to use the cache of the service in {@code application}, if it has one of
   * this build and this JVM.
   */
  static List<String> use(Path application) {
    Path cache = application.resolve(NAME);
    Path jvm = Path.of(System.getProperty("java.home"), "lib", "modules");
    long made = cache.toFile().lastModified();
    boolean fresh =
        made > application.resolve(ReaderCommand.FAST_JAR).toFile().lastModified()
            && made > jvm.toFile().lastModified();
    return fresh ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable") : List.of();
  }

  /** Makes the cache anew, with a reader that reads what readers read. */
  public static void main(String[] arguments) throws Exception {
    Path application = ReaderCommand.application().orElseThrow();
    Path cache = application.resolve(NAME);
    Files.deleteIfExists(cache);
    Path made = application.resolve(NAME + ".new");
    Path folder = Files.createTempDirectory("reader-cache");
    try {
      ParseConfig config = ReaderSettings.defaults(ParseConfig.class);
      List<Path> files = ReaderTraining.files(folder);
      try (ReaderChild reader =
          ReaderChild.start(ReaderCommand.of(config, List.of("-XX:AOTCacheOutput=" + made)))) {
        for (Path file : files) {
          read(reader, config, file, folder);
        }
        reader.end();
      }
      Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      remove(folder);
    }
  }

  private static void read(ReaderChild reader, ParseConfig config, Path file, Path folder)
      throws Exception {
    ReadJob job =
        new ReadJob(
            file.toString(),
            file.getFileName().toString(),
            folder.resolve("records").toString(),
            folder.toString(),
            ReaderSettings.write(Readers.SETTINGS, ReaderSettings::defaults));
    if (!(reader.read(job, config.readTimeout()) instanceof ReadAnswer.Read)) {
      throw new IllegalStateException("a reader does not read " + file);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> left = Files.walk(folder)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
