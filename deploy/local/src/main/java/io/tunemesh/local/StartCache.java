package io.tunemesh.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JVM's ahead-of-time cache, by which a service starts in less than half the time: the first
 * run of a build makes it as it ends, the later ones use it.
 */
final class StartCache {

  private StartCache() {}

  /** What tells a service's JVM to use its cache, or to make it. */
  static String option(String service, Path jar) {
    return (fresh(service, jar) ? "-XX:AOTCache=" : "-XX:AOTCacheOutput=") + file(service, jar);
  }

  /** Whether every service has the cache of its present build. */
  static boolean allMade(Home home) {
    return Parts.SERVICES.stream().allMatch(service -> fresh(service, home.jar(service)));
  }

  private static boolean fresh(String service, Path jar) {
    Path cache = file(service, jar);
    return whole(cache) && cache.toFile().lastModified() > jar.toFile().lastModified();
  }

  /** False for a cache whose making was cut short: the JVM writes its head at the very end. */
  private static boolean whole(Path cache) {
    try (InputStream file = Files.newInputStream(cache)) {
      return file.read() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path file(String service, Path jar) {
    return jar.resolveSibling(service + ".aot");
  }
}
