package io.tunemesh.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the local mesh keeps things.
 *
 * @param project the checkout: what is run
 * @param folder data, logs and process ids: {@code .mesh}, or where {@code TUNEMESH_HOME} says
 */
public record Home(Path project, Path folder) {

  /** The home that the environment names. */
  public static Home ofEnvironment() {
    Path project = Path.of(System.getenv().getOrDefault("TUNEMESH_PROJECT", ".")).toAbsolutePath();
    String home = System.getenv("TUNEMESH_HOME");
    return new Home(
        project.normalize(),
        (home == null ? project.resolve(".mesh") : Path.of(home).toAbsolutePath()).normalize());
  }

  /** A folder below {@code data}, which {@code down} keeps; made if it is not there. */
  public Path data(String name) {
    return folder("data", name);
  }

  /** The log of a part. */
  public Path log(String part) {
    return folder("logs").resolve(part + ".log");
  }

  /** A file below {@code run}, about processes that live now. */
  public Path run(String name) {
    return folder("run").resolve(name);
  }

  /** The Python that the {@code mesh} script made ready. */
  public Path python() {
    String python = System.getenv("TUNEMESH_PYTHON");
    return python == null ? project.resolve(".mesh/venv/bin/python") : Path.of(python);
  }

  /** The Java that this program runs in, for those that it starts. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What is run of a service, once it is built. */
  public Path jar(String service) {
    return application(service).resolve("quarkus-run.jar");
  }

  /** The class path of a service, to run another class of it. */
  public String classes(String service) {
    return Stream.of("app/*", "lib/boot/*", "lib/main/*")
        .map(part -> application(service).resolve(part).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** PostgreSQL as it was unpacked: like the Python, made once for a checkout. */
  public Path postgres() {
    return project.resolve(".mesh/postgres");
  }

  private Path application(String service) {
    return project.resolve(service).resolve("target/quarkus-app");
  }

  private Path folder(String... names) {
    Path path = folder;
    for (String name : names) {
      path = path.resolve(name);
    }
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new Fault(
          "The folder %s cannot be made (%s). Set TUNEMESH_HOME to a folder that you may write to."
              .formatted(path, e));
    }
  }
}
