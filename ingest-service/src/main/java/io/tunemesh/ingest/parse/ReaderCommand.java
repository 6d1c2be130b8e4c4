package io.tunemesh.ingest.parse;

import io.tunemesh.contract.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How a reader process is started: by the JVM and the classes of the service itself. */
final class ReaderCommand {

  private static final String FAST_JAR = "quarkus-run.jar";

  private ReaderCommand() {}

  /** The command, whose limits {@code config} says. */
  static List<String> of(ParseConfig config) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + config.heap(),
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
            "-Dlog4j2.statusLoggerLevel=OFF"));
    command.addAll(config.options());
    command.addAll(
        List.of(
            "-cp",
            classPath(System.getProperty("java.class.path")),
            ReaderProcess.class.getName()));
    return command;
  }

  /** Where the classes are that run now. {@code started} is what this JVM was started with. */
  static String classPath(String started) {
    Path first = Path.of(started.split(File.pathSeparator, 2)[0]).toAbsolutePath();
    if (first.endsWith(FAST_JAR)) {
      Path application = first.getParent();
      return String.join(
          File.pathSeparator,
          application.resolve("app/*").toString(),
          application.resolve("lib/boot/*").toString(),
          application.resolve("lib/main/*").toString());
    }
    if (ReaderCommand.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
      return started;
    }
    return String.join(File.pathSeparator, found(ReaderCommand.class.getClassLoader()));
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
