package io.tunemesh.ingest.parse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM's ahead-of-time cache of a reader, with its classes loaded and linked: with it a reader
 * starts in two thirds of the time and needs less memory. It lies beside the built service; the
 * program makes it, and a reader without one is only slower.
 */
final class ReaderCache {

  private static final String NAME = "reader.aot";

  /** What the JVM learns meanwhile is left out: it would have it compile too much too soon. */
  private static final List<String> CLASSES_ALONE =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining");

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
    try (Folder folder = Folder.temporary("reader-cache")) {
      ParseConfig config = ReaderSettings.defaults(ParseConfig.class);
      List<String> options = new ArrayList<>(CLASSES_ALONE);
      options.add("-XX:AOTCacheOutput=" + made);
      try (ReaderChild reader = ReaderChild.start(ReaderCommand.of(config, options))) {
        for (Path file : ReaderTraining.files(folder.path())) {
          reader.practise(
              ReadJob.of(
                  file,
                  folder.path().resolve("records"),
                  folder.path(),
                  ReaderSettings.write(Readers.SETTINGS, ReaderSettings::defaults)),
              config.readTimeout());
        }
        reader.end();
      }
      Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
