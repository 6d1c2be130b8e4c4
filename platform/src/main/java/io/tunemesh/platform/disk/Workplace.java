package io.tunemesh.platform.disk;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Where this process works on disk: a folder of its own among those of the service. What processes
 * left that are no more, however they ended, is removed at the start. A process is alive as long as
 * it holds the lock of its folder.
 */
@ApplicationScoped
public class Workplace {

  private static final Logger LOG = Logger.getLogger(Workplace.class);
  private static final String LOCK = ".lock";
  private static final int LAST = 10_000;

  /** The locks of this process: it would lose one by closing another channel of the same file. */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path all;
  private final String process;
  private FileChannel alive;
  private Path own;

  @Inject
  Workplace(@ConfigProperty(name = "quarkus.application.name") String service) {
    this(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "tunemesh-" + service + "-" + System.getProperty("user.name")),
        UUID.randomUUID().toString());
  }

  /**
   * A place among those below {@code all}.
   *
   * @param process its name, which no other has
   */
  public Workplace(Path all, String process) {
    this.all = all;
    this.process = process;
  }

  /** An empty folder whose name begins with {@code name}; who asked for it removes it. */
  public synchronized Path folder(String name) throws IOException {
    return Files.createTempDirectory(own(), name);
  }

  /** An empty file whose name begins with {@code name}; who asked for it removes it. */
  public synchronized Path file(String name) throws IOException {
    return Files.createTempFile(own(), name, null);
  }

  private Path own() throws IOException {
    if (own == null || !Files.isDirectory(own)) {
      open();
    }
    return own;
  }

  void begin(@Observes StartupEvent event) {
    try {
      open();
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("There is no folder to work in, folder=%s: %s", all, e);
    }
  }

  /** After the work has ended; what cannot be removed now, the next process removes. */
  void close(@Observes @Priority(LAST) ShutdownEvent event) {
    try {
      close();
    } catch (IOException | UncheckedIOException e) {
      LOG.infof("Files are left for the next start, folder=%s: %s", all, e);
    }
  }

  /** Leaves nothing behind. */
  public synchronized void close() throws IOException {
    if (alive != null) {
      remove(own);
      Path lock = all.resolve(process + LOCK);
      Files.deleteIfExists(lock);
      alive.close();
      synchronized (Workplace.class) {
        HELD.remove(lock);
      }
      alive = null;
      own = null;
    }
  }

  /** One process at a time, so that none takes another for dead that only begins. */
  private synchronized void open() throws IOException {
    Files.createDirectories(all);
    synchronized (Workplace.class) {
      try (FileChannel turn = channel(all.resolve("turn"));
          FileLock mine = turn.lock()) {
        if (alive == null) {
          Path lock = all.resolve(process + LOCK);
          alive = locked(lock);
          HELD.add(lock);
          sweep();
        }
        own = Files.createDirectories(all.resolve(process));
      }
    }
  }

  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel = channel(file);
    try {
      channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void sweep() throws IOException {
    List<Path> locks;
    try (Stream<Path> files = Files.list(all)) {
      locks = files.filter(file -> file.toString().endsWith(LOCK) && !HELD.contains(file)).toList();
    }
    for (Path lock : locks) {
      String name = lock.getFileName().toString();
      Path folder = all.resolve(name.substring(0, name.length() - LOCK.length()));
      try (FileChannel other = channel(lock);
          FileLock free = other.tryLock()) {
        if (free != null) {
          remove(folder);
          Files.deleteIfExists(lock);
          LOG.infof("Removed what a process left that is no more, folder=%s", folder);
        }
      } catch (OverlappingFileLockException e) {
        LOG.debugf("Another application of this process works there, folder=%s", folder);
      }
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Removes a folder with all that is in it, if it is there. */
  public static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
