package io.tunemesh.ingest.parse;

import io.tunemesh.ingest.upload.UploadConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The folder for files on their way. Each piece of work has one of its own and leaves none. */
@ApplicationScoped
class Spool {

  private static final Logger LOG = Logger.getLogger(Spool.class);

  private final UploadConfig config;

  Spool(UploadConfig config) {
    this.config = config;
  }

  /** A new folder. */
  Path folder(String name) throws IOException {
    return Folder.in(config.spool(), name).path();
  }

  /** Removes a folder with all in it. */
  void remove(Path folder) {
    try {
      new Folder(folder).close();
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("A spool folder was left, folder=%s cause=%s", folder, e);
    }
  }

  /** Removes what a process left that ended before it could. */
  void clean() {
    Instant before = Instant.now().minus(config.spoolKept());
    for (Path left : children(config.spool())) {
      if (left.equals(config.spool().resolve("http"))) {
        children(left).stream().filter(file -> isOlder(file, before)).forEach(this::remove);
      } else if (isOlder(left, before)) {
        remove(left);
      }
    }
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    } catch (IOException e) {
      LOG.warnf("The spool cannot be looked through, cause=%s", e);
      return List.of();
    }
  }

  private static boolean isOlder(Path path, Instant before) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(before);
    } catch (IOException e) {
      return false;
    }
  }
}
