package io.tunemesh.trainer.export;

import io.tunemesh.platform.work.Claim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The folder of one attempt on this machine; it goes with the attempt. */
final class ExportFolder implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(ExportFolder.class);

  private final Path folder;

  /** Removes what earlier attempts at the export left here. */
  ExportFolder(Path work, Claim claim) throws IOException {
    Path all = work.toAbsolutePath().normalize().resolve("exports").resolve(claim.id());
    if (Files.exists(all)) {
      clear(all);
    }
    this.folder = all.resolve(String.valueOf(claim.fence()));
    Files.createDirectories(adapter());
    Files.createDirectories(out());
  }

  Path adapter() {
    return folder.resolve("adapter");
  }

  Path out() {
    return folder.resolve("out");
  }

  /** What the child prints. */
  Path said() {
    return folder.resolve("said.jsonl");
  }

  Path log() {
    return folder.resolve("log.txt");
  }

  @Override
  public void close() {
    clear(folder.getParent());
  }

  private static void clear(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.infof("A folder could not be cleared, folder=%s: %s", tree, e.toString());
    }
  }
}
