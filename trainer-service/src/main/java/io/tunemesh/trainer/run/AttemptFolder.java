package io.tunemesh.trainer.run;

import io.tunemesh.platform.work.Claim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The folder of one attempt on this machine, {@code {kind}/{id}/{fence}} in the work folder. It is
 * made after the claim and goes with the attempt; what an attempt that was cut off left goes with
 * the next one here, or once its claim is over.
 */
public final class AttemptFolder implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(AttemptFolder.class);

  private final Path path;

  /**
   * Makes the folder, and removes those of earlier attempts at the same.
   *
   * @param kind of what is attempted, such as {@code jobs}
   */
  public AttemptFolder(Path work, String kind, Claim claim) throws IOException {
    Path all = work.toAbsolutePath().normalize().resolve(kind).resolve(claim.id());
    for (Path earlier : children(all)) {
      if (fence(earlier) < claim.fence()) {
        clear(earlier);
      }
    }
    this.path = Files.createDirectories(all.resolve(String.valueOf(claim.fence())));
  }

  public Path path() {
    return path;
  }

  /** The number of the attempt whose folder it is. */
  public static long fence(Path attempt) {
    String name = attempt.getFileName().toString();
    return name.matches("\\d{1,18}") ? Long.parseLong(name) : Long.MAX_VALUE;
  }

  /** What is in a folder; nothing if it is none, or gone. */
  public static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /** Deletes a folder as far as it can be; what a dying process still writes there may stay. */
  public static void clear(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.infof("A folder could not be cleared, folder=%s: %s", tree, e.toString());
    }
  }

  /** Removes the folder, and its parent if it was the last in it. */
  @Override
  public void close() {
    clear(path);
    try {
      Files.deleteIfExists(path.getParent());
    } catch (IOException e) {
      LOG.debugf("Another attempt's folder is there: %s", e.toString());
    }
  }
}
