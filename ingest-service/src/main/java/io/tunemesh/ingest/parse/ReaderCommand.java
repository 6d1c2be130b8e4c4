package io.tunemesh.ingest.parse;

import io.tunemesh.contract.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How a reader process is started: by the JVM and the classes of the service itself. */
final class ReaderCommand {

  static final String FAST_JAR = "quarkus-run.jar";

  private ReaderCommand() {}

  /** The command, whose limits {@code config} says; with the reader's cache, if there is one. */
  static List<String> of(ParseConfig config) {
    return of(config, application().map(ReaderCache::use).orElse(List.of()));
  }

  /** The command with more options of the JVM. */
  static List<String> of(ParseConfig config, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + config.heap(),
            // a JVM begins with a share of the machine, which is more than a reader needs
            "-XX:InitialRAMPercentage=0.1",
            "-XX:NewRatio=4",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:MaxDirectMemorySize=16m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+ErrorFileToStderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-UsePerfData",
            "-Djava.awt.headless=true",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dlog4j.provider=org.apache.logging.log4j.simple.internal.SimpleProvider"));
    command.addAll(config.options());
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            classPath(System.getProperty("java.class.path")),
            ReaderProcess.class.getName()));
    return command;
  }

  /** The folder of the built service, if its classes are those that run now. */
  static Optional<Path> application() {
    return application(System.getProperty("java.class.path"));
  }

  private static Optional<Path> application(String started) {
    Path first = Path.of(started.split(File.pathSeparator, 2)[0]).toAbsolutePath();
    Path folder = first.endsWith(FAST_JAR) ? first.getParent() : first.getParent().getParent();
    boolean built = folder != null && Files.exists(folder.resolve(FAST_JAR));
    return built ? Optional.of(folder) : Optional.empty();
  }

  /** Where the classes are that run now. {@code started} is what this JVM was started with. */
  static String classPath(String started) {
    Optional<Path> application = application(started);
    if (application.isPresent()) {
      return String.join(File.pathSeparator, jars(application.get()));
    }
    if (ReaderCommand.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
      return started;
    }
    return String.join(File.pathSeparator, found(ReaderCommand.class.getClassLoader()));
  }

  /** Always in one order, since a cache is of one class path. */
  private static List<String> jars(Path application) {
    List<String> jars = new ArrayList<>();
    for (String folder : List.of("app", "lib/boot", "lib/main")) {
      try (Stream<Path> files = Files.list(application.resolve(folder))) {
        files.map(Path::toString).filter(file -> file.endsWith(".jar")).sorted().forEach(jars::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return jars;
  }

  /** In tests and in live reload, a loader of Quarkus' own holds the classes, in these places. */
  private static Set<String> found(ClassLoader loader) {
    Set<String> places = new LinkedHashSet<>();
    try {
      for (Class<?> ours : List.of(ReaderCommand.class, Json.class)) {
        places.add(path(ours.getProtectionDomain().getCodeSource().getLocation()));
      }
      for (URL manifest : loader.resources("META-INF/MANIFEST.MF").toList()) {
        if (manifest.openConnection() instanceof JarURLConnection jar) {
          places.add(path(jar.getJarFileURL()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return places;
  }

  private static String path(URL place) {
    try {
      return Path.of(new URI(place.toString())).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no place of classes: " + place, e);
    }
  }
}
